/* During a call and after it, the page hears of new words of danger as the desk does. A call that is
   being typed stays as it is, so a session that came back is only asked again. */

import * as polls from "../lib/staff-polls.js";

// After htmx, which begins in a timer of its own.
setTimeout(() => polls.start({ comeBack: polls.resume }));
