package com.nexpo.console.sandbox.nomad;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which arguments and blocks a job file may hold, and what they are called in the API's JSON.
 * Source: the job specification at developer.hashicorp.com/nomad/docs/job-specification and recorded answers.
 *
 * @param form      name of the JSON object in {@link JobForms}
 * @param arguments by their name in HCL
 * @param blocks    by their type in HCL
 */
record JobSchema(String form, Map<String, Argument> arguments, Map<String, Nested> blocks) {
    /** What kind of value an argument takes. */
    enum Kind {
        TEXT, NUMBER, TRUTH, DURATION, TEXTS, MAP
    }

    /** How often a block may come, and what becomes of it. */
    enum Times {
        /** At most once: an object. */
        ONE,
        /** Any number: a list. */
        MANY,
        /** Any number, each with a name: an object by name. */
        BY_NAME,
        /** Its arguments, all of one's own choice, are a map of texts. */
        MAP,
        /** Its arguments and blocks are passed on as they are. */
        FREE
    }

    record Argument(String json, Kind kind) {}

    /** @param nameAs JSON member that the label goes into; empty when there is no label */
    record Nested(String json, Times times, String nameAs, JobSchema schema) {}

    private static JobSchema of(String form) {
        return new JobSchema(form, new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    private JobSchema take(Kind kind, String... names) {
        for (int i = 0; i < names.length; i += 2) {
            arguments.put(names[i], new Argument(names[i + 1], kind));
        }
        return this;
    }

    private JobSchema text(String... names) {
        return take(Kind.TEXT, names);
    }

    private JobSchema number(String... names) {
        return take(Kind.NUMBER, names);
    }

    private JobSchema truth(String... names) {
        return take(Kind.TRUTH, names);
    }

    private JobSchema duration(String... names) {
        return take(Kind.DURATION, names);
    }

    private JobSchema texts(String... names) {
        return take(Kind.TEXTS, names);
    }

    /** A map that may be written as an argument or as a block. */
    private JobSchema map(String name, String json) {
        arguments.put(name, new Argument(json, Kind.MAP));
        blocks.put(name, new Nested(json, Times.MAP, "", of("")));
        return this;
    }

    private JobSchema one(String type, String json, JobSchema schema) {
        blocks.put(type, new Nested(json, Times.ONE, "", schema));
        return this;
    }

    private JobSchema many(String type, String json, JobSchema schema) {
        blocks.put(type, new Nested(json, Times.MANY, "", schema));
        return this;
    }

    private JobSchema named(String type, String json, JobSchema schema) {
        blocks.put(type, new Nested(json, Times.MANY, "Name", schema));
        return this;
    }

    private static final JobSchema CONSTRAINT = of("Constraint").text("attribute", "LTarget", "operator",
            "Operand",
            "value", "RTarget");
    private static final JobSchema AFFINITY = of("Affinity")
            .text("attribute", "LTarget", "operator", "Operand",
                    "value", "RTarget")
            .number("weight", "Weight");
    private static final JobSchema UPDATE = of("Update")
            .number("max_parallel", "MaxParallel", "canary", "Canary")
            .truth("auto_promote", "AutoPromote", "auto_revert", "AutoRevert")
            .text("health_check", "HealthCheck")
            .duration("min_healthy_time", "MinHealthyTime", "healthy_deadline", "HealthyDeadline",
                    "progress_deadline", "ProgressDeadline", "stagger", "Stagger");
    private static final JobSchema MIGRATE = of("Migrate").number("max_parallel", "MaxParallel")
            .text("health_check", "HealthCheck")
            .duration("min_healthy_time", "MinHealthyTime", "healthy_deadline", "HealthyDeadline");
    private static final JobSchema RESTART = of("RestartPolicy").number("attempts", "Attempts")
            .text("mode", "Mode")
            .duration("delay", "Delay", "interval", "Interval").truth("render_templates", "RenderTemplates");
    private static final JobSchema RESCHEDULE = of("ReschedulePolicy").number("attempts", "Attempts")
            .duration("delay", "Delay", "interval", "Interval", "max_delay", "MaxDelay")
            .text("delay_function", "DelayFunction").truth("unlimited", "Unlimited");
    private static final JobSchema PORT = of("Port").number("static", "Value", "to", "To")
            .text("host_network", "HostNetwork").truth("ignore_collision", "IgnoreCollision");
    private static final JobSchema NETWORK = network();
    private static final JobSchema CHECK_RESTART = of("CheckRestart").number("limit", "Limit")
            .duration("grace", "Grace").truth("ignore_warnings", "IgnoreWarnings");
    private static final JobSchema CHECK = of("Check")
            .text("name", "Name", "type", "Type", "path", "Path", "protocol", "Protocol", "port", "PortLabel",
                    "address_mode", "AddressMode", "initial_status", "InitialStatus", "method", "Method",
                    "tls_server_name", "TLSServerName", "grpc_service", "GRPCService", "command", "Command",
                    "on_update", "OnUpdate", "body", "Body", "task", "TaskName", "notes", "Notes")
            .duration("interval", "Interval", "timeout", "Timeout").texts("args", "Args")
            .truth("tls_skip_verify", "TLSSkipVerify", "grpc_use_tls", "GRPCUseTLS", "expose", "Expose")
            .number("success_before_passing", "SuccessBeforePassing", "failures_before_critical",
                    "FailuresBeforeCritical", "failures_before_warning", "FailuresBeforeWarning")
            .map("header", "Header").one("check_restart", "CheckRestart", CHECK_RESTART);
    private static final JobSchema IDENTITY = of("Identity").text("name", "Name", "change_mode", "ChangeMode",
            "change_signal", "ChangeSignal", "filepath", "Filepath").texts("aud", "Audience")
            .truth("env", "Env", "file", "File").duration("ttl", "TTL");
    private static final JobSchema SERVICE = of("Service")
            .text("name", "Name", "port", "PortLabel", "provider", "Provider", "address", "Address",
                    "address_mode", "AddressMode", "task", "TaskName", "on_update", "OnUpdate", "cluster",
                    "Cluster",
                    "kind", "Kind")
            .texts("tags", "Tags", "canary_tags", "CanaryTags")
            .truth("enable_tag_override", "EnableTagOverride")
            .map("meta", "Meta").map("canary_meta", "CanaryMeta").map("tagged_addresses", "TaggedAddresses")
            .many("check", "Checks", CHECK).one("check_restart", "CheckRestart", CHECK_RESTART)
            .one("identity", "Identity", IDENTITY);
    private static final JobSchema VAULT = of("Vault")
            .text("role", "Role", "namespace", "Namespace", "cluster", "Cluster", "change_mode", "ChangeMode",
                    "change_signal", "ChangeSignal")
            .texts("policies", "Policies")
            .truth("env", "Env", "disable_file", "DisableFile", "allow_token_expiration",
                    "AllowTokenExpiration");
    private static final JobSchema TEMPLATE = of("Template")
            .text("data", "EmbeddedTmpl", "destination", "DestPath", "source", "SourcePath", "change_mode",
                    "ChangeMode", "change_signal", "ChangeSignal", "perms", "Perms", "left_delimiter",
                    "LeftDelim",
                    "right_delimiter", "RightDelim")
            .number("uid", "Uid", "gid", "Gid").duration("splay", "Splay", "vault_grace", "VaultGrace")
            .truth("env", "Envvars", "error_on_missing_key", "ErrMissingKey", "once", "Once");
    private static final JobSchema RESOURCES = of("Resources")
            .number("cpu", "CPU", "cores", "Cores", "memory",
                    "MemoryMB", "memory_max", "MemoryMaxMB", "disk", "DiskMB", "iops", "IOPS", "secrets",
                    "SecretsMB")
            .many("network", "Networks", NETWORK);
    private static final JobSchema LOGS = of("LogConfig").number("max_files", "MaxFiles", "max_file_size",
            "MaxFileSizeMB").truth("disabled", "Disabled", "enabled", "Enabled");
    private static final JobSchema ARTIFACT = of("Artifact").text("source", "GetterSource", "destination",
            "RelativeDest", "mode", "GetterMode").truth("insecure", "GetterInsecure", "chown", "Chown")
            .map("options", "GetterOptions").map("headers", "GetterHeaders");
    private static final JobSchema LIFECYCLE = of("Lifecycle").text("hook", "Hook").truth("sidecar",
            "Sidecar");
    private static final JobSchema MOUNT = of("VolumeMount")
            .text("volume", "Volume", "destination", "Destination",
                    "propagation_mode", "PropagationMode", "selinux_label", "SELinuxLabel")
            .truth("read_only", "ReadOnly");
    private static final JobSchema VOLUME = of("Volume")
            .text("type", "Type", "source", "Source", "access_mode",
                    "AccessMode", "attachment_mode", "AttachmentMode")
            .truth("read_only", "ReadOnly", "per_alloc", "PerAlloc", "sticky", "Sticky");
    private static final JobSchema DISK = of("EphemeralDisk").truth("sticky", "Sticky", "migrate", "Migrate")
            .number("size", "SizeMB");
    private static final JobSchema TASK = task();
    private static final JobSchema GROUP = group();

    /** What stands in {@code job "name" { … }}. */
    static final JobSchema JOB = of("Job")
            .text("id", "ID", "name", "Name", "type", "Type", "region", "Region", "namespace", "Namespace",
                    "node_pool", "NodePool", "consul_namespace", "ConsulNamespace", "vault_namespace",
                    "VaultNamespace")
            .number("priority", "Priority").truth("all_at_once", "AllAtOnce")
            .texts("datacenters", "Datacenters")
            .map("meta", "Meta").one("update", "Update", UPDATE).one("migrate", "Migrate", MIGRATE)
            .one("reschedule", "Reschedule", RESCHEDULE).many("constraint", "Constraints", CONSTRAINT)
            .many("affinity", "Affinities", AFFINITY).named("group", "TaskGroups", GROUP)
            // Inherited by the tasks that have none of their own.
            .one("vault", "Vault", VAULT);

    private static JobSchema network() {
        JobSchema network = of("Network").text("mode", "Mode", "hostname", "Hostname").number("mbits",
                "MBits");
        network.blocks.put("port", new Nested("Ports", Times.MANY, "Label", PORT));
        return network;
    }

    private static JobSchema task() {
        JobSchema task = of("Task")
                .text("driver", "Driver", "user", "User", "kill_signal", "KillSignal", "kind", "Kind")
                .duration("kill_timeout", "KillTimeout", "shutdown_delay", "ShutdownDelay")
                .truth("leader", "Leader")
                .map("env", "Env").map("meta", "Meta").many("template", "Templates", TEMPLATE)
                .one("vault", "Vault", VAULT).one("resources", "Resources", RESOURCES)
                .many("service", "Services", SERVICE).one("restart", "RestartPolicy", RESTART)
                .one("logs", "LogConfig", LOGS).many("artifact", "Artifacts", ARTIFACT)
                .many("constraint", "Constraints", CONSTRAINT).many("affinity", "Affinities", AFFINITY)
                .one("lifecycle", "Lifecycle", LIFECYCLE).many("volume_mount", "VolumeMounts", MOUNT)
                .many("identity", "Identities", IDENTITY);
        task.blocks.put("config", new Nested("Config", Times.FREE, "", of("")));
        return task;
    }

    private static JobSchema group() {
        JobSchema group = of("TaskGroup").number("count", "Count")
                .duration("shutdown_delay", "ShutdownDelay", "stop_after_client_disconnect",
                        "StopAfterClientDisconnect", "max_client_disconnect", "MaxClientDisconnect")
                .truth("prevent_reschedule_on_lost", "PreventRescheduleOnLost").map("meta", "Meta")
                .many("network", "Networks", NETWORK).many("service", "Services", SERVICE)
                .named("task", "Tasks", TASK).one("update", "Update", UPDATE)
                .one("migrate", "Migrate", MIGRATE)
                .one("restart", "RestartPolicy", RESTART).one("reschedule", "ReschedulePolicy", RESCHEDULE)
                .one("ephemeral_disk", "EphemeralDisk", DISK).many("constraint", "Constraints", CONSTRAINT)
                .many("affinity", "Affinities", AFFINITY).one("vault", "Vault", VAULT);
        group.blocks.put("volume", new Nested("Volumes", Times.BY_NAME, "Name", VOLUME));
        return group;
    }
}
