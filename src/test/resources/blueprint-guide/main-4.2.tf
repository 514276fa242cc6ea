# Auth service PostHog integration
module "auth_posthog" {
  source = "./microservices/auth/modules/posthog"
  
  # Base configuration
  enable_posthog              = true
  project_name               = var.project_name
  environment                = var.environment
  posthog_organization_id    = var.posthog_organization_id
  
  # Auth-specific features
  enable_social_login_analytics = true
  enable_security_monitoring    = true
  enable_onboarding_analytics   = true
  
  # Social login tracking
  track_google_login    = true
  track_apple_login     = true
  track_facebook_login  = true
  track_microsoft_login = true
  track_github_login    = true
  
  # Security features
  track_failed_logins  = true
  track_mfa_events     = true
  track_session_events = true
  
  # Integration
  parent_project_id = module.api_gateway_posthog.posthog_project_id
  
  common_tags = var.common_tags
  
  depends_on = [module.api_gateway_posthog]
}
