package com.nexpo.console.deploy;

import com.nexpo.console.deploy.ConfigStep.Part;
import com.nexpo.console.deploy.ConfigStep.Phase;
import com.nexpo.console.deploy.ConfigStep.StorePart;
import com.nexpo.console.deploy.ConfigStep.Work;
import com.nexpo.console.engine.Check;
import com.nexpo.console.engine.RunContext;
import com.nexpo.console.model.Change;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.system.ServiceConfig;
import com.nexpo.console.system.vault.VaultAccess;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Vault in step 6: who may read a service's secret, then the secret itself. */
final class VaultPart implements Part {
    private final StorePart secrets;
    private final VaultAccess access;
    private final Function<String, VaultAccess.Workload> workload;

    VaultPart(StorePart secrets, VaultAccess access, Function<String, VaultAccess.Workload> workload) {
        this.secrets = secrets;
        this.access = access;
        this.workload = workload;
    }

    @Override
    public List<Work> plan(ConfigForm form, Map<String, Map<String, ServiceConfig.Entry>> values,
            RunContext run)
            throws FailureException, InterruptedException {
        List<Work> works = new ArrayList<>(secrets.plan(form, values, run));
        for (String service : values.keySet()) {
            VaultAccess.Workload who = workload.apply(service);
            for (Change change : access.plan(List.of(who))) {
                works.add(new Work(change, service, Phase.ACCESS, () -> access.apply(change, who)));
            }
        }
        return works;
    }

    @Override
    public List<Check> after(ConfigForm form) {
        return secrets.after(form);
    }
}
