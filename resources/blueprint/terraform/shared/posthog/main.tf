# The same file in every module of the blueprint: what differs between the services is in catalog.json and in
# variables.tf, which follows from it. Addresses are the same everywhere, keyed by the catalog's keys.

locals {
  catalog = jsondecode(file("${path.module}/catalog.json"))
  service = local.catalog.service
  tags    = [local.service, "terraform"]

  # PostHog projects: one for the environment, made by the shared module, or one for each service.
  owns_project = var.enable_posthog && var.create_project
  project_id   = var.create_project ? one(posthog_project.this[*].id) : var.project_id
  project_name = join("-", compact([
    var.project_name,
    local.catalog.kind == "shared" ? "" : local.service,
    var.environment,
  ]))

  # An entry of the catalog exists when every switch of its `when` is on.
  switches   = merge(local.settings, { shared_project = !var.create_project })
  dashboards = [for d in [local.catalog.dashboard] : d if alltrue([for s in d.when : local.switches[s]])]
  flags      = { for f in local.catalog.flags : f.key => f if alltrue([for s in f.when : local.switches[s]]) }
  insights   = { for i in local.catalog.insights : i.key => i if alltrue([for s in i.when : local.switches[s]]) }
  actions    = { for a in local.catalog.actions : a.key => a if alltrue([for s in a.when : local.switches[s]]) }
  rollouts   = { for key, flag in local.flags : key => try(var.flag_rollouts[key], flag.rollout) }

  # What the service gets as its environment: names are known before the project exists, values may not be.
  environment = { for e in local.catalog.environment : e.name => e if var.enable_posthog }
  sources = merge(
    { for name, value in local.settings : "variable:${name}" => value },
    {
      project_token = var.create_project ? one(posthog_project.this[*].api_token) : var.project_token
      project_id    = local.project_id
      api_host      = var.api_host
      ingest_host   = var.ingest_host
      environment   = var.environment
      service       = local.service
    },
  )
  env_vars = {
    for name, e in local.environment : name =>
    startswith(e.from, "literal:") ? trimprefix(e.from, "literal:") : tostring(local.sources[e.from])
  }
}

resource "posthog_project" "this" {
  count = local.owns_project ? 1 : 0

  organization_id = var.posthog_organization_id
  name            = local.project_name
  timezone        = "UTC"

  lifecycle {
    # Deleting a project deletes every event in it.
    prevent_destroy = true
  }
}

# A rollout can be changed later only when it stands both here and in groups[0], whole and equal; a key of `filters`
# that is not written out is deleted by the next update.
resource "posthog_feature_flag" "this" {
  for_each = local.flags

  project_id         = local.project_id
  key                = each.key
  name               = each.value.name
  active             = true
  rollout_percentage = local.rollouts[each.key]
  filters = jsonencode({
    groups       = [{ properties = [], rollout_percentage = local.rollouts[each.key] }]
    multivariate = null
    payloads     = {}
  })
  ensure_experience_continuity = false
  tags                         = each.value.tags

  lifecycle {
    # The switch belongs to on-call: a flag that was switched off stays off at the next apply.
    ignore_changes = [active]
  }
}

resource "posthog_dashboard" "this" {
  count = length(local.dashboards)

  project_id  = local.project_id
  name        = local.dashboards[count.index].name
  description = local.dashboards[count.index].description
  pinned      = true
  tags        = local.tags
}

resource "posthog_insight" "this" {
  for_each = local.insights

  project_id    = local.project_id
  name          = each.value.name
  description   = each.value.description
  query_json    = jsonencode(each.value.query)
  dashboard_ids = [posthog_dashboard.this[0].id]
  tags          = local.tags
}

resource "posthog_action" "this" {
  for_each = local.actions

  project_id  = local.project_id
  name        = each.value.name
  description = each.value.description
  steps_json  = jsonencode(each.value.steps)
  tags        = local.tags
}

# Values are write-only: in no plan and no state. The version follows the value, so that a new value is written.
resource "aws_ssm_parameter" "this" {
  for_each = { for name, e in local.environment : name => e if var.use_aws_ssm }

  name             = "${var.ssm_parameter_prefix}/${local.service}/${each.key}"
  type             = try(each.value.secret, false) ? "SecureString" : "String"
  value_wo         = local.env_vars[each.key]
  value_wo_version = parseint(substr(nonsensitive(sha256(sensitive(local.env_vars[each.key]))), 0, 7), 16)
  tags             = var.common_tags
}
