# What the auth service may read: its own PostHog configuration, in the KV v2 engine mounted at secret/.
path "secret/data/nexpo/posthog/auth" {
  capabilities = ["read"]
}
