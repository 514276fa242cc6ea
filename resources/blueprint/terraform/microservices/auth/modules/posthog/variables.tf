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

variable "enable_social_login_analytics" {
  description = "Creates the flag social-login-analytics and the insights on social logins, and sets POSTHOG_SOCIAL_LOGIN_ANALYTICS_ENABLED."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_security_monitoring" {
  description = "Creates the flag security-monitoring, the insight on security events and the action 'Security event', and sets POSTHOG_SECURITY_MONITORING_ENABLED. Events can be lost on the way: keep an audit log of your own."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_onboarding_analytics" {
  description = "Creates the flag onboarding-analytics and the onboarding funnel, and sets POSTHOG_ONBOARDING_ANALYTICS_ENABLED: on, the wrapper sends auth_onboarding_step."
  type        = bool
  default     = true
  nullable    = false
}

variable "track_google_login" {
  description = "Sets POSTHOG_TRACK_GOOGLE_LOGIN: off, the wrapper sends no auth_social_login of provider google."
  type        = bool
  default     = true
  nullable    = false
}

variable "track_apple_login" {
  description = "Sets POSTHOG_TRACK_APPLE_LOGIN: off, the wrapper sends no auth_social_login of provider apple."
  type        = bool
  default     = true
  nullable    = false
}

variable "track_facebook_login" {
  description = "Sets POSTHOG_TRACK_FACEBOOK_LOGIN: off, the wrapper sends no auth_social_login of provider facebook."
  type        = bool
  default     = true
  nullable    = false
}

variable "track_microsoft_login" {
  description = "Sets POSTHOG_TRACK_MICROSOFT_LOGIN: off, the wrapper sends no auth_social_login of provider microsoft."
  type        = bool
  default     = true
  nullable    = false
}

variable "track_github_login" {
  description = "Sets POSTHOG_TRACK_GITHUB_LOGIN: off, the wrapper sends no auth_social_login of provider github."
  type        = bool
  default     = true
  nullable    = false
}

variable "track_failed_logins" {
  description = "Creates the insight on failed logins and sets POSTHOG_TRACK_FAILED_LOGINS: off, the wrapper sends no auth_login_attempt that failed."
  type        = bool
  default     = true
  nullable    = false
}

variable "track_mfa_events" {
  description = "Creates the insight on second factors and sets POSTHOG_TRACK_MFA_EVENTS: on, the wrapper sends auth_mfa_event."
  type        = bool
  default     = true
  nullable    = false
}

variable "track_session_events" {
  description = "Creates the insight on sessions and sets POSTHOG_TRACK_SESSION_EVENTS: on, the wrapper sends auth_session_event."
  type        = bool
  default     = true
  nullable    = false
}

variable "parent_project_id" {
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
    enable_social_login_analytics = var.enable_social_login_analytics
    enable_security_monitoring    = var.enable_security_monitoring
    enable_onboarding_analytics   = var.enable_onboarding_analytics
    track_google_login            = var.track_google_login
    track_apple_login             = var.track_apple_login
    track_facebook_login          = var.track_facebook_login
    track_microsoft_login         = var.track_microsoft_login
    track_github_login            = var.track_github_login
    track_failed_logins           = var.track_failed_logins
    track_mfa_events              = var.track_mfa_events
    track_session_events          = var.track_session_events
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
    parent_project_id = var.parent_project_id
  }
}
