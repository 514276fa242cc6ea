package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.nomad.Store.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code GET /v1/jobs}: by prefix, by a filter of the form {@code Field == "value"}, in pages. */
final class JobList {
    private static final Pattern FILTER = Pattern.compile("\\s*(\\w+)\\s*(==|!=)\\s*\"([^\"]*)\"\\s*");

    private final Store store;
    private final Jobs jobs;

    JobList(Store store, Jobs jobs) {
        this.store = store;
        this.jobs = jobs;
    }

    Reply list(Ask ask) throws ApiError {
        boolean everywhere = ask.namespace().equals("*");
        if (!everywhere) {
            ask.require("list-jobs", ask.namespace());
        }
        String prefix = ask.http().query("prefix").orElse("");
        Optional<String> filter = ask.http().query("filter").filter(f -> !f.isBlank());
        List<JsonObject> stubs = new ArrayList<>();
        for (Map.Entry<JobKey, JsonObject> entry : store.jobs().entrySet()) {
            JobKey key = entry.getKey();
            boolean meant = everywhere
                    ? ask.caller().may("list-jobs", key.namespace())
                    : key.namespace().equals(ask.namespace());
            JsonObject stub = stub(key, entry.getValue());
            if (meant && key.id().startsWith(prefix) && (filter.isEmpty() || matches(stub, filter.get()))) {
                stubs.add(stub);
            }
        }
        return page(ask, stubs);
    }

    private Reply page(Ask ask, List<JsonObject> stubs) {
        String from = ask.http().query("next_token").orElse("");
        int size = ask.http().query("per_page").filter(n -> n.matches("[0-9]+")).map(Integer::parseInt)
                .orElse(0);
        List<JsonObject> rest = stubs.stream().filter(s -> token(s).compareTo(from) >= 0).toList();
        boolean more = size > 0 && rest.size() > size;
        Reply reply = Reply.read(Json.array(more ? rest.subList(0, size) : rest), store.index(Table.JOBS));
        return more ? reply.with(Map.of("X-Nomad-Nexttoken", token(rest.get(size)))) : reply;
    }

    private static String token(JsonObject stub) {
        return Json.text(stub, "Namespace") + "." + Json.text(stub, "ID");
    }

    private static boolean matches(JsonObject stub, String filter) throws ApiError {
        Matcher parts = FILTER.matcher(filter);
        if (!parts.matches()) {
            throw new ApiError(400, "failed to read filter expression");
        }
        String field = parts.group(1);
        if (!stub.has(field)) {
            throw new ApiError(400,
                    "failed to read result page: error finding value in datum: /%s at part 0: couldn't find key: struct field with name \"%s\""
                            .formatted(field, field));
        }
        return Json.text(stub, field).equals(parts.group(3)) == parts.group(2).equals("==");
    }

    private JsonObject stub(JobKey key, JsonObject job) {
        return Json.of("CreateIndex", job.get("CreateIndex"), "Datacenters", job.get("Datacenters"), "ID",
                key.id(),
                "JobModifyIndex", job.get("JobModifyIndex"), "JobSummary", jobs.summary(key, job),
                "ModifyIndex",
                job.get("ModifyIndex"), "Multiregion", null, "Name", job.get("Name"), "Namespace",
                key.namespace(),
                "NodePool", job.get("NodePool"), "ParameterizedJob", false, "ParentID", "", "Periodic", false,
                "Priority", job.get("Priority"), "Status", job.get("Status"), "StatusDescription", "", "Stop",
                job.get("Stop"), "SubmitTime", job.get("SubmitTime"), "Type", job.get("Type"));
    }
}
