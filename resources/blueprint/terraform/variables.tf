variable "posthog_organization_id" {
  description = "PostHog organization ID: the UUID. A slug would be another text for the same organization, and replace every project."
  type        = string

  validation {
    condition     = can(regex("^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", var.posthog_organization_id))
    error_message = "The organization is given as its UUID in lower case, as PostHog shows it in the organization's settings."
  }
}

variable "aws_region" {
  description = "AWS region for secret storage"
  type        = string
  default     = "us-west-2"
}

variable "environment" {
  description = "Environment name (prod, staging, dev). One state for each: it is part of the projects' names."
  type        = string
  default     = "prod"
}

variable "project_name" {
  description = "Project name for resource naming"
  type        = string
  default     = "nexpo"
}

variable "common_tags" {
  description = "Common tags for all AWS resources"
  type        = map(string)
  default = {
    Project   = "nexpo"
    ManagedBy = "terraform"
    Component = "analytics"
  }
}

variable "project_strategy" {
  description = "per_environment: one PostHog project for all services. per_service: a project for each, as persons, funnels and flags then end at its border."
  type        = string
  default     = "per_environment"

  validation {
    condition     = contains(["per_environment", "per_service"], var.project_strategy)
    error_message = "The project strategy is per_environment or per_service."
  }
}

variable "posthog_api_host" {
  description = "Address of PostHog itself, for links: https://us.posthog.com, https://eu.posthog.com or your own."
  type        = string
  default     = "https://us.posthog.com"

  validation {
    condition     = can(regex("^https?://[^/]+$", var.posthog_api_host))
    error_message = "The address is a scheme and a host, without a slash at its end, as in https://us.posthog.com."
  }
}

variable "posthog_ingest_host" {
  description = "Address the services send events to and read flags from: https://us.i.posthog.com, https://eu.i.posthog.com or your own."
  type        = string
  default     = "https://us.i.posthog.com"

  validation {
    condition     = can(regex("^https?://[^/]+$", var.posthog_ingest_host))
    error_message = "The address is a scheme and a host, without a slash at its end, as in https://us.i.posthog.com."
  }
}

variable "use_aws_ssm" {
  description = "Whether each environment variable of a service becomes an SSM parameter."
  type        = bool
  default     = true
}

variable "ssm_parameter_prefix" {
  description = "Path below which the SSM parameters lie: <prefix>/<service>/<NAME>."
  type        = string
  default     = "/nexpo/posthog"

  validation {
    condition     = can(regex("^(/[A-Za-z0-9_.-]+)+$", var.ssm_parameter_prefix))
    error_message = "The prefix begins with a slash and does not end with one, as in /nexpo/posthog."
  }
}

variable "flag_rollouts" {
  description = "Rollout in whole per cent by flag key, where it differs from the catalog."
  type        = map(number)
  default     = {}
}

variable "aws_skip_checks" {
  description = "Skip the AWS provider's look-ups of credentials, account and metadata, for an emulator that has none."
  type        = bool
  default     = false
}
