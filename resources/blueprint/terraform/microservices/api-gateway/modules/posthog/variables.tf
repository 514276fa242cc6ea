# Follows from catalog.json, as the console writes it: change the catalog, not this file.

variable "enable_posthog" {
  description = "Creates everything below; off, the module makes nothing and the service gets no configuration."
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

variable "enable_request_analytics" {
  description = "Creates the flag request-analytics and the insight on requests, and sets POSTHOG_REQUEST_ANALYTICS_ENABLED: on, the wrapper sends api_request."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_performance_monitoring" {
  description = "Creates the flag performance-monitoring and the insight on slow routes, and sets POSTHOG_PERFORMANCE_MONITORING_ENABLED. PostHog counts events; for traces and profiles keep an APM tool."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_error_tracking" {
  description = "Creates the insight on server errors and the action 'API error', and sets POSTHOG_ERROR_TRACKING_ENABLED: on, the wrapper sends api_error. Stack traces need PostHog's error tracking product, which counts as usage of its own."
  type        = bool
  default     = true
  nullable    = false
}

variable "track_rate_limits" {
  description = "Creates the insight on refused requests and sets POSTHOG_TRACK_RATE_LIMITS: on, the wrapper sends api_rate_limited."
  type        = bool
  default     = true
  nullable    = false
}

variable "track_api_usage" {
  description = "Creates the insight on consumers and sets POSTHOG_TRACK_API_USAGE: on, api_request says which consumer called."
  type        = bool
  default     = true
  nullable    = false
}

variable "track_response_times" {
  description = "Creates the insight on response times and sets POSTHOG_TRACK_RESPONSE_TIMES: on, api_request holds duration_ms."
  type        = bool
  default     = true
  nullable    = false
}

variable "shared_project_id" {
  description = "Records the project in the output linked_project_ids and puts this module after that one. PostHog knows no hierarchy of projects: the id is recorded in the outputs, nothing is inherited."
  type        = string
  default     = null
}

variable "enable_analytics" {
  description = "Creates the dashboard with its insights and sets POSTHOG_ANALYTICS_ENABLED: off, the wrapper sends no event. Follows the shared module unless set here."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_feature_flags" {
  description = "Creates the flags and sets POSTHOG_FEATURE_FLAGS_ENABLED: off, the wrapper asks for no flag and answers with the caller's default. Follows the shared module unless set here."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_custom_events" {
  description = "Sets POSTHOG_CUSTOM_EVENTS_ENABLED: off, the wrapper sends only the events that this blueprint names. Follows the shared module unless set here."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_webhooks" {
  description = "Sets POSTHOG_WEBHOOKS_ENABLED: off, the webhook receiver refuses every call. Follows the shared module unless set here. Terraform creates no destination: its signing secret would stand in the state. The console creates it in step 8."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_ip_anonymization" {
  description = "Sets POSTHOG_IP_ANONYMIZATION_ENABLED: on, the wrapper sends no IP address and asks PostHog not to look one up. Follows the shared module unless set here. The project's own setting 'Discard client IP data' is not in the Terraform provider."
  type        = bool
  default     = true
  nullable    = false
}

variable "sampling_rate" {
  description = "Sets POSTHOG_SAMPLING_RATE: the wrapper sends this share of the users' events, chosen by distinct id. Follows the shared module unless set here. PostHog does not scale the counts up again."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.sampling_rate >= 0 && var.sampling_rate <= 1
    error_message = "Sampling rate is a number from 0 to 1."
  }
}

variable "batch_size" {
  description = "Sets POSTHOG_BATCH_SIZE: events that the SDK collects before it sends. Follows the shared module unless set here."
  type        = number
  default     = 50
  nullable    = false

  validation {
    condition     = var.batch_size >= 1 && var.batch_size <= 1000 && floor(var.batch_size) == var.batch_size
    error_message = "Batch size is a whole number from 1 to 1000."
  }
}

variable "flush_interval_ms" {
  description = "Sets POSTHOG_FLUSH_INTERVAL: the longest an event waits in the SDK. Follows the shared module unless set here."
  type        = number
  default     = 5000
  nullable    = false

  validation {
    condition     = var.flush_interval_ms >= 100 && var.flush_interval_ms <= 600000 && floor(var.flush_interval_ms) == var.flush_interval_ms
    error_message = "Flush interval in ms is a whole number from 100 to 600000."
  }
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
    enable_posthog                = var.enable_posthog
    enable_request_analytics      = var.enable_request_analytics
    enable_performance_monitoring = var.enable_performance_monitoring
    enable_error_tracking         = var.enable_error_tracking
    track_rate_limits             = var.track_rate_limits
    track_api_usage               = var.track_api_usage
    track_response_times          = var.track_response_times
    enable_analytics              = var.enable_analytics
    enable_feature_flags          = var.enable_feature_flags
    enable_custom_events          = var.enable_custom_events
    enable_webhooks               = var.enable_webhooks
    enable_ip_anonymization       = var.enable_ip_anonymization
    sampling_rate                 = var.sampling_rate
    batch_size                    = var.batch_size
    flush_interval_ms             = var.flush_interval_ms
  }

  linked_project_ids = {
    shared_project_id = var.shared_project_id
  }
}
