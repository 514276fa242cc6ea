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

variable "enable_revenue_tracking" {
  description = "Creates the flag revenue-tracking and the insights on revenue, and sets POSTHOG_REVENUE_TRACKING_ENABLED: on, the wrapper sends payment_succeeded and payment_failed."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_subscription_analytics" {
  description = "Creates the flag subscription-analytics and the insight on subscriptions, and sets POSTHOG_SUBSCRIPTION_ANALYTICS_ENABLED: on, the wrapper sends subscription_started, _renewed and _cancelled."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_fraud_detection" {
  description = "Creates the flag fraud-detection, the insight on users with many failed payments and the action 'Suspicious payment', and sets POSTHOG_FRAUD_DETECTION_ENABLED: on, the wrapper sends payment_suspicious. PostHog has no fraud model: this shows what your own rules and the payment provider report."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_churn_prediction" {
  description = "Creates the insight on subscribers who were not seen for two weeks and sets POSTHOG_CHURN_PREDICTION_ENABLED. A rule, not a prediction: PostHog has no churn model."
  type        = bool
  default     = true
  nullable    = false
}

variable "track_stripe_events" {
  description = "Sets POSTHOG_TRACK_STRIPE_EVENTS: off, the wrapper sends no payment event of provider stripe."
  type        = bool
  default     = true
  nullable    = false
}

variable "track_paypal_events" {
  description = "Sets POSTHOG_TRACK_PAYPAL_EVENTS: off, the wrapper sends no payment event of provider paypal."
  type        = bool
  default     = true
  nullable    = false
}

variable "track_apple_pay_events" {
  description = "Sets POSTHOG_TRACK_APPLE_PAY_EVENTS: off, the wrapper sends no payment event of provider apple_pay."
  type        = bool
  default     = true
  nullable    = false
}

variable "track_google_pay_events" {
  description = "Sets POSTHOG_TRACK_GOOGLE_PAY_EVENTS: off, the wrapper sends no payment event of provider google_pay."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_revenue_forecasting" {
  description = "Creates the insight that continues revenue by the mean of the last four weeks and sets POSTHOG_REVENUE_FORECASTING_ENABLED. A moving average, not a model."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_cohort_analysis" {
  description = "Creates the insight on payers who pay again, by month of their first payment, and sets POSTHOG_COHORT_ANALYSIS_ENABLED. No cohort object is created: the Terraform provider 1.0.13 has none."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_ltv_calculation" {
  description = "Creates the insight on revenue per payer and sets POSTHOG_LTV_CALCULATION_ENABLED. Revenue so far, from the events that PostHog still keeps; nothing is extrapolated."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_mrr_tracking" {
  description = "Creates the insight on monthly recurring revenue and sets POSTHOG_MRR_TRACKING_ENABLED: on, subscription events hold mrr."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_pci_compliance" {
  description = "Creates the insight that looks for card data in events and sets POSTHOG_PCI_COMPLIANCE_ENABLED: on, the wrapper drops properties that look like card numbers. No setting of PostHog makes a service PCI compliant: keep card data out of events, which is what the wrapper and the insight watch."
  type        = bool
  default     = true
  nullable    = false
}

variable "data_retention_days" {
  description = "Sets POSTHOG_DATA_RETENTION_DAYS, for the service's own deletion jobs. 2555 days are 7 years, for financial data. PostHog keeps events as long as the organization's plan says, for all projects alike; keep the books elsewhere."
  type        = number
  default     = 2555
  nullable    = false

  validation {
    condition     = var.data_retention_days >= 1 && var.data_retention_days <= 3650 && floor(var.data_retention_days) == var.data_retention_days
    error_message = "Data retention in days is a whole number from 1 to 3650."
  }
}

variable "parent_project_id" {
  description = "Records the project in the output linked_project_ids and puts this module after that one. PostHog knows no hierarchy of projects: the id is recorded in the outputs, nothing is inherited."
  type        = string
  default     = null
}

variable "integrate_with_user" {
  description = "Creates the funnel from a profile to the first payment. Only with one project per environment: a funnel cannot span two projects."
  type        = bool
  default     = true
  nullable    = false
}

variable "user_project_id" {
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
    enable_revenue_tracking       = var.enable_revenue_tracking
    enable_subscription_analytics = var.enable_subscription_analytics
    enable_fraud_detection        = var.enable_fraud_detection
    enable_churn_prediction       = var.enable_churn_prediction
    track_stripe_events           = var.track_stripe_events
    track_paypal_events           = var.track_paypal_events
    track_apple_pay_events        = var.track_apple_pay_events
    track_google_pay_events       = var.track_google_pay_events
    enable_revenue_forecasting    = var.enable_revenue_forecasting
    enable_cohort_analysis        = var.enable_cohort_analysis
    enable_ltv_calculation        = var.enable_ltv_calculation
    enable_mrr_tracking           = var.enable_mrr_tracking
    enable_pci_compliance         = var.enable_pci_compliance
    data_retention_days           = var.data_retention_days
    integrate_with_user           = var.integrate_with_user
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
    user_project_id   = var.user_project_id
  }
}
