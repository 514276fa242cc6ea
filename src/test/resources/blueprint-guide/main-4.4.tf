# Payments service PostHog integration
module "payments_posthog" {
  source = "./microservices/payments/modules/posthog"
  
  # Base configuration
  enable_posthog              = true
  project_name               = var.project_name
  environment                = var.environment
  posthog_organization_id    = var.posthog_organization_id
  
  # Payments-specific features
  enable_revenue_tracking      = true
  enable_subscription_analytics = true
  enable_fraud_detection      = true
  enable_churn_prediction     = true
  
  # Payment provider tracking
  track_stripe_events    = true
  track_paypal_events    = true
  track_apple_pay_events = true
  track_google_pay_events = true
  
  # Business intelligence
  enable_revenue_forecasting = true
  enable_cohort_analysis     = true
  enable_ltv_calculation     = true
  enable_mrr_tracking        = true
  
  # Compliance
  enable_pci_compliance = true
  data_retention_days   = 2555  # 7 years for financial data
  
  # Integration
  parent_project_id     = module.api_gateway_posthog.posthog_project_id
  integrate_with_user   = true
  user_project_id       = module.user_posthog.posthog_project_id
  
  common_tags = var.common_tags
  
  depends_on = [module.api_gateway_posthog, module.user_posthog]
}
