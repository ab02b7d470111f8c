import "./password-toggle.js";
import "./error-focus.js";
import "./submit-once.js";
import "./countdown.js";
