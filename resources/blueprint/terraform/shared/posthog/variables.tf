# Follows from catalog.json, as the console writes it: change the catalog, not this file.

variable "enable_posthog" {
  description = "Creates everything below, and the project that the services share."
  type        = bool
  default     = true
  nullable    = false
}

variable "project_name" {
  description = "First part of the PostHog project's name."
  type        = string
  default     = "nexpo"
  nullable    = false
}

variable "environment" {
  description = "Last part of the PostHog project's name, and POSTHOG_ENVIRONMENT."
  type        = string
  default     = "prod"
  nullable    = false
}

variable "posthog_organization_id" {
  description = "The organization that owns the project, as its UUID."
  type        = string

  validation {
    condition     = can(regex("^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", var.posthog_organization_id))
    error_message = "The organization is given as its UUID in lower case."
  }
}

variable "enable_analytics" {
  description = "Creates the dashboard with its insights and sets POSTHOG_ANALYTICS_ENABLED: off, the wrapper sends no event. The services follow it unless they set their own."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_feature_flags" {
  description = "Creates the flags and sets POSTHOG_FEATURE_FLAGS_ENABLED: off, the wrapper asks for no flag and answers with the caller's default. The services follow it unless they set their own."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_custom_events" {
  description = "Sets POSTHOG_CUSTOM_EVENTS_ENABLED: off, the wrapper sends only the events that this blueprint names. The services follow it unless they set their own."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_webhooks" {
  description = "Sets POSTHOG_WEBHOOKS_ENABLED: off, the webhook receiver refuses every call. The services follow it unless they set their own. Terraform creates no destination: its signing secret would stand in the state. The console creates it in step 8."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_ip_anonymization" {
  description = "Sets POSTHOG_IP_ANONYMIZATION_ENABLED: on, the wrapper sends no IP address and asks PostHog not to look one up. The services follow it unless they set their own. The project's own setting 'Discard client IP data' is not in the Terraform provider."
  type        = bool
  default     = true
  nullable    = false
}

variable "data_retention_days" {
  description = "Sets POSTHOG_DATA_RETENTION_DAYS, for the services' own deletion jobs. PostHog keeps events as long as the organization's plan says, for all projects alike; this number deletes nothing there."
  type        = number
  default     = 365
  nullable    = false

  validation {
    condition     = var.data_retention_days >= 1 && var.data_retention_days <= 3650 && floor(var.data_retention_days) == var.data_retention_days
    error_message = "Data retention in days is a whole number from 1 to 3650."
  }
}

variable "sampling_rate" {
  description = "Sets POSTHOG_SAMPLING_RATE: the wrapper sends this share of the users' events, chosen by distinct id. The services follow it unless they set their own. PostHog does not scale the counts up again."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.sampling_rate >= 0 && var.sampling_rate <= 1
    error_message = "Sampling rate is a number from 0 to 1."
  }
}

variable "batch_size" {
  description = "Sets POSTHOG_BATCH_SIZE: events that the SDK collects before it sends. The services follow it unless they set their own."
  type        = number
  default     = 50
  nullable    = false

  validation {
    condition     = var.batch_size >= 1 && var.batch_size <= 1000 && floor(var.batch_size) == var.batch_size
    error_message = "Batch size is a whole number from 1 to 1000."
  }
}

variable "flush_interval_ms" {
  description = "Sets POSTHOG_FLUSH_INTERVAL: the longest an event waits in the SDK. The services follow it unless they set their own."
  type        = number
  default     = 5000
  nullable    = false

  validation {
    condition     = var.flush_interval_ms >= 100 && var.flush_interval_ms <= 600000 && floor(var.flush_interval_ms) == var.flush_interval_ms
    error_message = "Flush interval in ms is a whole number from 100 to 600000."
  }
}

variable "aws_region" {
  description = "Region of the SSM parameters; the AWS provider is set to it."
  type        = string
  default     = "us-west-2"
  nullable    = false
}

variable "use_aws_ssm" {
  description = "Writes each environment variable to an SSM parameter."
  type        = bool
  default     = true
  nullable    = false
}

variable "ssm_parameter_prefix" {
  description = "Path below which the parameters lie: <prefix>/<service>/<NAME>."
  type        = string
  default     = "/nexpo/posthog"
  nullable    = false

  validation {
    condition     = can(regex("^(/[A-Za-z0-9_.-]+)+$", var.ssm_parameter_prefix))
    error_message = "The prefix begins with a slash and does not end with one, as in /nexpo/posthog."
  }
}

variable "common_tags" {
  description = "Tags of the SSM parameters."
  type        = map(string)
  default     = {}
  nullable    = false
}

locals {
  # The values by name, for the catalog's `when` and `from`.
  settings = {
    enable_posthog          = var.enable_posthog
    enable_analytics        = var.enable_analytics
    enable_feature_flags    = var.enable_feature_flags
    enable_custom_events    = var.enable_custom_events
    enable_webhooks         = var.enable_webhooks
    enable_ip_anonymization = var.enable_ip_anonymization
    data_retention_days     = var.data_retention_days
    sampling_rate           = var.sampling_rate
    batch_size              = var.batch_size
    flush_interval_ms       = var.flush_interval_ms
  }

  linked_project_ids = {}
}
