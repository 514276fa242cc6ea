# The same file in every module of the blueprint.

output "posthog_project_id" {
  description = "Id of the PostHog project that this module uses; null when enable_posthog is false."
  value       = var.enable_posthog ? local.project_id : null

  precondition {
    condition     = !var.enable_posthog || var.create_project || var.project_id != null
    error_message = "With create_project = false a project_id is needed; the shared module gives one when its enable_posthog is true."
  }
}

output "project_token" {
  description = "Token (phc_) of that project."
  value       = var.enable_posthog ? local.sources.project_token : null
  sensitive   = true
}

output "posthog_project_url" {
  description = "Where the project is found in PostHog."
  value       = var.enable_posthog ? "${var.api_host}/project/${local.project_id}" : null
}

output "env_vars" {
  description = "Environment of the service, by name. Every value is a string."
  value       = local.env_vars
  sensitive   = true
}

output "flag_ids" {
  description = "Ids of the feature flags by key."
  value       = { for key, flag in posthog_feature_flag.this : key => flag.id }
}

output "insight_ids" {
  description = "Ids of the insights by the catalog's key."
  value       = { for key, insight in posthog_insight.this : key => insight.id }
}

output "dashboard_id" {
  description = "Id of the dashboard; null when there is none."
  value       = one(posthog_dashboard.this[*].id)
}

output "ssm_parameter_names" {
  description = "Names of the SSM parameters."
  value       = sort([for parameter in aws_ssm_parameter.this : parameter.name])
}

output "linked_project_ids" {
  description = "Projects of the services this one is integrated with. PostHog knows no hierarchy of projects."
  value       = local.linked_project_ids
}
