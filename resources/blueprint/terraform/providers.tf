# POSTHOG_API_KEY (a personal API key, phx_) and POSTHOG_HOST come from the environment of the terraform process: a key
# in a variable would lie in clear in every saved plan, and a host written here would beat POSTHOG_HOST.
provider "posthog" {
  organization_id = var.posthog_organization_id
}

# Credentials, AWS_ENDPOINT_URL and the like come from the environment too.
provider "aws" {
  region = var.aws_region

  skip_credentials_validation = var.aws_skip_checks
  skip_metadata_api_check     = var.aws_skip_checks
  skip_requesting_account_id  = var.aws_skip_checks
  skip_region_validation      = var.aws_skip_checks
}
