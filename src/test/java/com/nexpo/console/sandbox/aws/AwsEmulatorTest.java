package com.nexpo.console.sandbox.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.nexpo.console.sandbox.aws.Throttle.Rate;
import com.nexpo.console.sandbox.aws.Throttle.Rates;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The rules of Parameter Store that the recordings do not show. */
class AwsEmulatorTest {
    private final AwsEmulator aws = new AwsEmulator(0, Rates.UNLIMITED);
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        client.close();
        aws.close();
    }

    private record Answer(int status, JsonObject body) {
        String type() {
            return body.has("__type") ? body.get("__type").getAsString() : "";
        }

        String message() {
            return body.has("message") ? body.get("message").getAsString() : "";
        }

        JsonArray list(String member) {
            return body.getAsJsonArray(member);
        }
    }

    /** @param body JSON with single quotes */
    private Answer call(String operation, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = send("AmazonSSM." + operation, body.replace('\'', '"'),
                AwsEmulator.ACCESS_KEY);
        return new Answer(answer.statusCode(), JsonParser.parseString(answer.body()).getAsJsonObject());
    }

    private HttpResponse<String> send(String target, String body, String key)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(aws.address())
                .POST(BodyPublishers.ofString(body));
        if (!target.isEmpty()) {
            request.header("X-Amz-Target", target);
        }
        if (!key.isEmpty()) {
            request.header("Authorization", "AWS4-HMAC-SHA256 Credential=" + key
                    + "/20261124/eu-central-1/ssm/aws4_request, SignedHeaders=host, Signature="
                    + "a".repeat(64));
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private Answer put(String name, String value, String more) throws IOException, InterruptedException {
        return call("PutParameter", "{'Name':'%s','Value':'%s'%s}".formatted(name, value, more));
    }

    private Answer create(String name, String value) throws IOException, InterruptedException {
        return put(name, value, ",'Type':'String'");
    }

    @Test
    void valuesAreLimitedInBytesByTier() throws Exception {
        assertThat(create("/n/a", "x".repeat(4096)).status()).isEqualTo(200);
        assertThat(create("/n/b", "x".repeat(4097)).message())
                .startsWith("Standard tier parameters support a maximum parameter value of 4096 characters.");
        assertThat(create("/n/c", "ß".repeat(2049)).type()).isEqualTo("ValidationException");
        assertThat(put("/n/d", "x".repeat(8192), ",'Type':'String','Tier':'Advanced'").status())
                .isEqualTo(200);
        assertThat(put("/n/e", "x".repeat(8193), ",'Type':'String','Tier':'Advanced'").status())
                .isEqualTo(400);
        assertThat(put("/n/f", "x".repeat(5000), ",'Type':'String','Tier':'Intelligent-Tiering'").body()
                .get("Tier")
                .getAsString()).isEqualTo("Advanced");
        assertThat(put("/n/d", "x", ",'Overwrite':true,'Tier':'Standard'").message())
                .contains("can't downgrade");
    }

    @Test
    void whatParameterStoreDoesNotTakeIsRefused() throws Exception {
        create("/n/a", "one");
        assertThat(create("/n/x", "a {{ssm:b}} c").message()).contains("can't nest another parameter");
        assertThat(put("/n/x", "v", "").message())
                .isEqualTo("A parameter type is required when you create a parameter.");
        assertThat(create("n/x", "v").message()).isEqualTo("Parameter name must be a fully qualified name.");
        assertThat(create("/n/x y", "v").message()).contains("mix of letters, numbers");
        assertThat(create("/a".repeat(16), "v").type()).isEqualTo("HierarchyLevelLimitExceededException");
        assertThat(put("/n/a", "two", ",'Overwrite':true,'Type':'SecureString'").type())
                .isEqualTo("HierarchyTypeMismatchException");
        assertThat(put("/n/a", "two", ",'Overwrite':true,'Tags':[{'Key':'a','Value':'b'}]").message())
                .startsWith("Invalid request: tags and overwrite can't be used together.");
        assertThat(put("/n/p", "ABC", ",'Type':'String','AllowedPattern':'^[a-z]+$'").type())
                .isEqualTo("ParameterPatternMismatchException");
        assertThat(call("NoSuchOperation", "{}").type()).isEqualTo("UnknownOperationException");
    }

    @Test
    void aHundredVersionsAreKeptAndALabelHoldsTheOldest() throws Exception {
        create("/n/a", "v1");
        for (int i = 2; i <= 101; i++) {
            put("/n/a", "v" + i, ",'Overwrite':true");
        }
        assertThat(call("GetParameterHistory", "{'Name':'/n/a'}").body().has("NextToken")).isTrue();
        assertThat(call("GetParameter", "{'Name':'/n/a:1'}").type()).isEqualTo("ParameterVersionNotFound");
        call("LabelParameterVersion", "{'Name':'/n/a','ParameterVersion':2,'Labels':['kept']}");

        assertThat(put("/n/a", "v102", ",'Overwrite':true").type())
                .isEqualTo("ParameterMaxVersionLimitExceeded");
        assertThat(
                call("GetParameter", "{'Name':'/n/a:kept'}").body().getAsJsonObject("Parameter").get("Value")
                        .getAsString())
                .isEqualTo("v2");
    }

    @Test
    void listingsAreCutAndFilteredAfterTheCut() throws Exception {
        for (int i = 0; i < 12; i++) {
            put("/n/k%02d".formatted(i), "v", ",'Type':'%s'".formatted(i < 11 ? "String" : "StringList"));
        }
        create("/n/deep/k", "v");
        String only = "'ParameterFilters':[{'Key':'Type','Values':['StringList']}]";
        Answer first = call("GetParametersByPath", "{'Path':'/n'," + only + "}");
        assertThat(first.list("Parameters")).isEmpty();
        String token = first.body().get("NextToken").getAsString();
        assertThat(call("GetParametersByPath", "{'Path':'/n'," + only + ",'NextToken':'" + token + "'}")
                .list("Parameters")).hasSize(1);
        assertThat(call("GetParametersByPath", "{'Path':'/n','MaxResults':11}").status()).isEqualTo(400);
        assertThat(call("GetParametersByPath", "{'Path':'/n/deep','Recursive':true}").list("Parameters"))
                .hasSize(1);
        assertThat(call("GetParametersByPath", "{'Path':'n'}").type()).isEqualTo("ValidationException");
    }

    @Test
    void descriptionsAreFiltered() throws Exception {
        create("/n/a", "v");
        create("/n/b/c", "v");
        create("bare", "v");
        assertThat(described("Name", "Equals", "/n/a")).containsExactly("/n/a");
        assertThat(described("Name", "BeginsWith", "/n")).containsExactly("/n/a", "/n/b/c");
        assertThat(described("Path", "OneLevel", "/n")).containsExactly("/n/a");
        assertThat(described("Path", "Recursive", "/n")).containsExactly("/n/a", "/n/b/c");
        assertThat(described("Type", "Equals", "SecureString")).isEmpty();
        assertThat(call("DescribeParameters", "{'Filters':[{'Key':'Name','Values':['/n/b']}]}")
                .list("Parameters"))
                .hasSize(1);
        assertThat(call("DescribeParameters", "{'ParameterFilters':[{'Key':'Nmae','Values':['x']}]}").type())
                .isEqualTo("InvalidFilterKey");
        assertThat(call("DescribeParameters",
                "{'ParameterFilters':[{'Key':'Path','Option':'Equals','Values':['/n']}]}").type())
                .isEqualTo("InvalidFilterOption");
    }

    private List<String> described(String key, String option, String value)
            throws IOException, InterruptedException {
        List<String> names = new ArrayList<>();
        call("DescribeParameters",
                "{'ParameterFilters':[{'Key':'%s','Option':'%s','Values':['%s']}]}".formatted(key,
                        option, value))
                .list("Parameters").forEach(p -> names.add(p.getAsJsonObject().get("Name").getAsString()));
        return names;
    }

    @Test
    void anOverwriteWithoutAKeyTakesTheDefaultKey() throws Exception {
        put("/n/a", "one", ",'Type':'SecureString','KeyId':'alias/own'");
        put("/n/a", "two", ",'Overwrite':true");
        assertThat(call("DescribeParameters", "{}").list("Parameters").get(0).getAsJsonObject().get("KeyId")
                .getAsString()).isEqualTo("alias/aws/ssm");
    }

    @Test
    void severalAreDeletedAndTagsCanBeTakenAway() throws Exception {
        put("/n/a", "v", ",'Type':'String','Tags':[{'Key':'x','Value':'y'},{'Key':'z','Value':''}]");
        call("RemoveTagsFromResource", "{'ResourceType':'Parameter','ResourceId':'/n/a','TagKeys':['x']}");
        assertThat(call("ListTagsForResource", "{'ResourceType':'Parameter','ResourceId':'/n/a'}")
                .list("TagList"))
                .hasSize(1);
        Answer deleted = call("DeleteParameters", "{'Names':['/n/a','/n/none']}");
        assertThat(deleted.list("DeletedParameters")).hasSize(1);
        assertThat(deleted.list("InvalidParameters")).hasSize(1);
    }

    @Test
    void callersAreKnownByTheirKey() throws Exception {
        String identity = "Action=GetCallerIdentity&Version=2011-06-15";
        assertThat(send("AmazonSSM.DescribeParameters", "{}", "").body())
                .contains("MissingAuthenticationTokenException");
        assertThat(send("AmazonSSM.DescribeParameters", "{}", "AKIANOBODY").body())
                .contains("UnrecognizedClientException");
        assertThat(send("", identity, "AKIANOBODY").statusCode()).isEqualTo(403);
        assertThat(send("", identity, "AKIANOBODY").body()).contains("<Code>InvalidClientTokenId</Code>");
        aws.accounts().add("AKIAOTHER", "210987654321", "other");
        assertThat(send("", identity, "AKIAOTHER").body()).contains("<Account>210987654321</Account>",
                "arn:aws:iam::210987654321:user/other");
    }

    @Test
    void aRoleIsAssumedWithATokenOfItsOwn() throws Exception {
        String xml = send("", "Action=AssumeRole&Version=2011-06-15&RoleSessionName=me&RoleArn="
                + "arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fdeploy", AwsEmulator.ACCESS_KEY).body();
        assertThat(xml).contains("arn:aws:sts::123456789012:assumed-role/deploy/me", "<SessionToken>");
        String key = xml.substring(xml.indexOf("<AccessKeyId>") + 13, xml.indexOf("</AccessKeyId>"));
        assertThat(send("", "Action=GetCallerIdentity", key).body()).as("without the token")
                .contains("InvalidClientTokenId");
    }

    @Test
    void eachAccountAndRegionHasItsOwnParameters() throws Exception {
        create("/n/a", "v");
        aws.accounts().add("AKIAOTHER", "210987654321", "other");
        assertThat(send("AmazonSSM.DescribeParameters", "{}", "AKIAOTHER").body())
                .isEqualTo("{\"Parameters\":[]}");
        assertThat(aws.value("us-east-1", "/n/a")).isEmpty();
    }

    @Test
    void theStateSurvivesARestart() throws Exception {
        put("/n/a", "one", ",'Type':'SecureString','Tags':[{'Key':'x','Value':'y'}]");
        put("/n/a", "two", ",'Overwrite':true");
        try (AwsEmulator again = new AwsEmulator(0)) {
            again.restore(aws.save());
            assertThat(again.save()).isEqualTo(aws.save());
            assertThat(again.value("eu-central-1", "/n/a")).contains("two");
        }
    }

    @Test
    void bothQuotasRefillWithTime() throws Exception {
        AtomicLong nanos = new AtomicLong();
        Throttle throttle = new Throttle(new Rates(new Rate(40, 40), new Rate(3, 3)), nanos::get);
        for (int i = 0; i < 3; i++) {
            throttle.take("here", "PutParameter");
        }
        assertThatThrownBy(() -> throttle.take("here", "PutParameter")).hasMessage("Rate exceeded");
        throttle.take("elsewhere", "PutParameter");
        throttle.take("here", "GetParameter");
        throttle.take("here", "DescribeParameters");
        nanos.addAndGet(400_000_000);
        throttle.take("here", "PutParameter");
        assertThatThrownBy(() -> throttle.take("here", "PutParameter")).isInstanceOf(AwsError.class);
    }
}
