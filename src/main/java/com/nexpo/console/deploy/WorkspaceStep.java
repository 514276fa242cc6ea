package com.nexpo.console.deploy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.nexpo.console.blueprint.Workspace;
import com.nexpo.console.engine.ChangeLog;
import com.nexpo.console.engine.Check;
import com.nexpo.console.engine.RunContext;
import com.nexpo.console.engine.Step;
import com.nexpo.console.engine.StepInfo;
import com.nexpo.console.model.Action;
import com.nexpo.console.model.Basis;
import com.nexpo.console.model.Change;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.FieldChange;
import com.nexpo.console.model.Outcome;
import com.nexpo.console.model.Plan;
import com.nexpo.console.model.StepId;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.model.Target;
import com.nexpo.console.model.Value;
import com.nexpo.console.system.terraform.RunListener;
import com.nexpo.console.system.terraform.TerraformEvent;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Steps 2 and 4: write a part of Terraform's workspace. The provider step writes configuration, backend and what
 * concerns the whole environment; the services step writes which services are deployed, with which toggles.
 *
 * @param <F> the part's form; its digest is the step's
 */
final class WorkspaceStep<F> implements Step<F> {
    private static final String FILE = "file";

    private final StepInfo info;
    private final TerraformRoot root;
    private final Function<F, JsonObject> wanted;
    private final Function<F, List<String>> problems;

    /**
     * @param wanted   the whole content of the variables file, with this step's part as the form says
     * @param problems what is wrong with the form, each a sentence
     */
    WorkspaceStep(StepId id, String purpose, TerraformRoot root, Function<F, JsonObject> wanted,
            Function<F, List<String>> problems) {
        this.info = new StepInfo(id, purpose);
        this.root = root;
        this.wanted = wanted;
        this.problems = problems;
    }

    @Override
    public StepInfo info() {
        return info;
    }

    @Override
    public List<Check> before(F form) {
        return List.of();
    }

    @Override
    public Planned plan(F form, RunContext run) throws FailureException {
        List<String> wrong = problems.apply(form);
        if (!wrong.isEmpty()) {
            throw new FailureException(
                    new Failure(FailureKind.INVALID, "CFG-SETTINGS", String.join(" ", wrong)));
        }
        List<Change> changes = new ArrayList<>();
        changes.add(variablesChange(wanted.apply(form)));
        if (info.id() == StepId.PROVIDER) {
            changes.add(sourcesChange());
        }
        return new Planned(changes);
    }

    private Change variablesChange(JsonObject after) {
        JsonObject before = root.variablesOnDisk();
        Map<String, String> then = flat(before);
        Map<String, String> now = flat(after);
        List<FieldChange> fields = differences(then, now);
        Action action = fields.isEmpty() ? Action.NONE : before.isEmpty() ? Action.CREATE : Action.UPDATE;
        return new Change(new Target(SystemId.TERRAFORM, FILE, Workspace.VARIABLES_FILE), action, fields,
                Basis.unbound(),
                "What the next Terraform plan is made from; nothing outside this computer changes.");
    }

    private Change sourcesChange() throws FailureException {
        Map<String, String> now = new TreeMap<>();
        Map<String, String> then = new TreeMap<>();
        root.sources().forEach((path, text) -> {
            String there = root.onDisk(path).orElse("");
            if (!there.equals(text)) {
                now.put(path, "%d lines".formatted(text.lines().count()));
                if (!there.isEmpty()) {
                    then.put(path, "%d lines, another version".formatted(there.lines().count()));
                }
            }
        });
        List<FieldChange> fields = differences(then, now);
        Action action = fields.isEmpty() ? Action.NONE : then.isEmpty() ? Action.CREATE : Action.UPDATE;
        return new Change(new Target(SystemId.TERRAFORM, "configuration", "modules"), action, fields,
                Basis.unbound(),
                "The blueprint's modules, copied into the workspace.");
    }

    private static List<FieldChange> differences(Map<String, String> then, Map<String, String> now) {
        Set<String> names = new LinkedHashSet<>(then.keySet());
        names.addAll(now.keySet());
        return names.stream().filter(n -> !java.util.Objects.equals(then.get(n), now.get(n)))
                .map(n -> new FieldChange(n, value(then, n), value(now, n))).toList();
    }

    private static Value value(Map<String, String> values, String name) {
        String text = values.get(name);
        return text == null ? Value.absent() : Value.known(text);
    }

    /** Nested members by dotted path, so that one toggle is one line of the review. */
    private static Map<String, String> flat(JsonObject object) {
        Map<String, String> flat = new TreeMap<>();
        object.entrySet().forEach(e -> flatten(e.getKey(), e.getValue(), flat));
        return flat;
    }

    private static void flatten(String path, JsonElement element, Map<String, String> into) {
        if (element.isJsonObject()) {
            element.getAsJsonObject().entrySet()
                    .forEach(e -> flatten(path + "." + e.getKey(), e.getValue(), into));
        } else {
            into.put(path, element.isJsonPrimitive() ? element.getAsString() : element.toString());
        }
    }

    @Override
    public void apply(F form, Plan plan, ChangeLog changes, RunContext run)
            throws FailureException, InterruptedException {
        List<Change> pending = plan.pending();
        for (int i = 0; i < pending.size(); i++) {
            boolean first = i == 0;
            changes.carryOut(pending.get(i), () -> first ? write(form) : Outcome.done());
        }
        if (info.id() == StepId.PROVIDER) {
            run.says("terraform init");
            root.runner().init(told(run));
        }
    }

    private Outcome write(F form) {
        try {
            root.write(wanted.apply(form));
            return Outcome.done();
        } catch (FailureException e) {
            return Outcome.of(e.failure());
        }
    }

    static RunListener told(RunContext run) {
        return new RunListener() {
            @Override
            public void event(TerraformEvent event) {
                if (event instanceof TerraformEvent.Log log) {
                    run.says(log.toString());
                }
            }
        };
    }

    @Override
    public List<Check> after(F form) {
        return List.of();
    }

    @Override
    public String equivalentCommand(F form) {
        return info.id() == StepId.PROVIDER ? "terraform init -input=false" : "terraform validate";
    }
}
