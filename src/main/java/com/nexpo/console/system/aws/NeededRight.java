package com.nexpo.console.system.aws;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.nexpo.console.profile.Profile;
import com.nexpo.console.profile.Profile.StateBackend;
import java.util.ArrayList;
import java.util.List;

/**
 * Actions that a run needs on the same resources.
 *
 * @param code      of the check that asks for them
 * @param resources concrete ARNs, to be simulated
 * @param pattern   the ARNs of a policy that grants them
 */
record NeededRight(String code, String title, List<String> actions, List<String> resources,
        List<String> pattern) {
    static final String READ = "SSM-002";
    static final String WRITE = "SSM-003";
    static final String TERRAFORM = "SSM-004";
    static final String STATE = "SSM-005";
    static final String KEY = "SSM-006";
    /** A name below each path that stands for all of them: IAM compares names, nothing has to exist. */
    private static final String ANY = "/ANY";

    /** Everything that a run needs of this account, for parameters below these paths. */
    static List<NeededRight> of(Profile.Aws profile, String account, List<String> paths,
            StateBackend backend) {
        String partition = partition(profile.region());
        String ssm = "arn:%s:ssm:%s:%s:parameter".formatted(partition, profile.region(), account);
        List<String> folders = paths.stream().map(path -> ssm + path).toList();
        List<String> names = folders.stream().map(folder -> folder + ANY).toList();
        List<String> below = folders.stream().map(folder -> folder + "/*").toList();
        List<String> both = new ArrayList<>(folders);
        both.addAll(below);
        List<NeededRight> rights = new ArrayList<>();
        rights.add(new NeededRight(READ, "Parameters can be listed by path",
                List.of("ssm:GetParametersByPath"), folders,
                both));
        rights.add(new NeededRight(READ, "Parameters can be read",
                List.of("ssm:GetParameter", "ssm:GetParameters"), names, below));
        rights.add(
                new NeededRight(READ, "Parameters' settings can be read", List.of("ssm:DescribeParameters"),
                        List.of("*"), List.of("*")));
        rights.add(new NeededRight(WRITE, "Parameters can be written", List.of("ssm:PutParameter"), names,
                below));
        rights.add(new NeededRight(TERRAFORM, "Terraform can create, tag and delete parameters",
                List.of("ssm:AddTagsToResource", "ssm:RemoveTagsFromResource", "ssm:ListTagsForResource",
                        "ssm:DeleteParameter"),
                names, below));
        rights.add(new NeededRight(KEY, "The parameters' KMS key can be used",
                List.of("kms:Decrypt", "kms:Encrypt"), List.of("*"), List.of("*")));
        if (backend instanceof StateBackend.S3 s3) {
            state(s3, partition, rights);
        }
        return rights;
    }

    /** What the S3 backend with a lock file needs: https://developer.hashicorp.com/terraform/language/backend/s3 */
    private static void state(StateBackend.S3 s3, String partition, List<NeededRight> rights) {
        String bucket = "arn:%s:s3:::%s".formatted(partition, s3.bucket());
        List<String> objects = List.of(bucket + "/" + s3.key(), bucket + "/" + s3.key() + ".tflock");
        rights.add(new NeededRight(STATE, "Terraform's state bucket can be listed", List.of("s3:ListBucket"),
                List.of(bucket), List.of(bucket)));
        rights.add(new NeededRight(STATE, "Terraform's state can be read, written and locked",
                List.of("s3:GetObject", "s3:PutObject", "s3:DeleteObject"), objects, objects));
    }

    private static String partition(String region) {
        if (region.startsWith("cn-")) {
            return "aws-cn";
        }
        return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
    }

    /** The policy document that grants these rights. */
    static JsonObject policy(List<NeededRight> rights) {
        JsonArray statements = new JsonArray();
        for (NeededRight right : rights) {
            JsonObject statement = new JsonObject();
            statement.addProperty("Effect", "Allow");
            statement.add("Action", array(right.actions()));
            statement.add("Resource", array(right.pattern()));
            statements.add(statement);
        }
        JsonObject policy = new JsonObject();
        policy.addProperty("Version", "2012-10-17");
        policy.add("Statement", statements);
        return policy;
    }

    private static JsonArray array(List<String> texts) {
        JsonArray array = new JsonArray();
        texts.forEach(array::add);
        return array;
    }
}
