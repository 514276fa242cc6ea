# What the payments service may read: its own PostHog configuration, in the KV v2 engine mounted at secret/.
path "secret/data/nexpo/posthog/payments" {
  capabilities = ["read"]
}
