package com.nexpo.console.deploy;

import com.nexpo.console.blueprint.SettingValue;
import java.util.Map;

/** What step 3 applies: the toggles of the shared module. */
record SharedForm(Map<String, SettingValue> toggles) {}
