/* During and after a call, poll for new requests that name a danger, as the desk does. A call that is being
   typed stays unchanged: after a new sign-in, polling resumes without a reload. */

import * as polls from "../lib/staff-polls.js";

// Start after htmx, which initializes in a timer of its own.
setTimeout(() => polls.start({ comeBack: polls.resume }));
