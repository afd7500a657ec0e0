"""The front page of the administration: sections of tables, with one line of explanation each.

A section is (name, explanation, {model: explanation}). Models that no section lists come last.
"""

from django.utils.translation import gettext_lazy as _

PARTS = [
    (
        _("People"),
        _("Who signs in, and what they may do."),
        {
            "accounts.User": _(
                "Everyone who works here: permissions, departments, turned on or off"
            ),
            "accounts.Invitation": _("Invite people by email, and see who hasn't signed in yet"),
            "accounts.Membership": _("Who works for which department, side by side"),
            "accounts.SecurityRecord": _(
                "Sign-ins, roles, settings, and what staff did to requests, newest first"
            ),
        },
    ),
    (
        _("The city"),
        _("The city's name, location and hours."),
        {
            "city.City": _("Name, phone numbers, working hours, colors, languages"),
            "city.Department": _("Who does the work"),
            "city.Agency": _("Who does what isn't the city's"),
            "city.Holiday": _("Days that don't count toward due dates"),
            "city.Zone": _("Names of the parts of the city"),
            "city.Place": _("Spots people know by name, for finding a location by typing"),
            "city.AddressRange": _("House numbers from the city's file. Remove wrong ones here."),
            "city.Intersection": _("Corners, from the city's file"),
            "city.Street": _("Names of the streets on the map"),
        },
    ),
    (
        _("What people report"),
        _("What a resident chooses from, and what is asked."),
        {
            "city.CategoryGroup": _("The headings"),
            "city.Category": _("Each kind of problem: its department, its target, its proof"),
            "city.Question": _("What a category asks, with the answers"),
            "city.Choice": _(
                "All answers in one table: which make a request urgent, which stop a report"
            ),
            "city.DangerKind": _("Phrases that tell of danger, and what people are told to do"),
        },
    ),
    (
        _("Rules"),
        _("Which requests are routed automatically, and where."),
        {
            "routing.RoutingRule": _("The rules in use, in the order in which they're read"),
            "routing.RuleDraft": _("Change them in a draft, try it on 90 days, then publish"),
            "routing.Proposal": _("What the rules said about each request"),
        },
    ),
    (
        _("Text and reasons"),
        _("What staff choose instead of typing."),
        {
            "city.Translation": _("Translations of this and other text"),
            "city.CannedText": _("Texts the desk sends often"),
            "city.ResolutionCode": _("How work ended; residents read it"),
            "city.HoldReason": _("Why work is on hold; residents read it"),
            "city.DeclineReason": _("Why the city declines a request, with text for the resident"),
            "city.HandBackReason": _("Why a department hands a request back"),
            "city.RouteReason": _("Why a request was rerouted; residents read it"),
            "city.NoPhotoReason": _("Why finished work has no photo"),
        },
    ),
    (
        _("Other systems"),
        _("Apps and city systems that work with this one."),
        {
            "requests_app.ApiKey": _("Keys for Open311: what each system may do, and how often"),
            "open311.Webhook": _("Systems that are told of events, with signed requests"),
            "open311.WebhookDelivery": _("Each event for each webhook: sent, waiting, failed"),
        },
    ),
    (
        _("Requests and messages (view only)"),
        _("The desk and the departments work on requests. Emails that failed can be resent."),
        {
            "requests_app.ServiceRequest": _("Every request, with its story"),
            "requests_app.Event": _("The log: who did what, when"),
            "requests_app.Completion": _("Finished work with its proof"),
            "requests_app.Feedback": _("Ratings and comments from residents"),
            "requests_app.Comment": _("What was written on requests"),
            "requests_app.Photo": _("Photos and what became of them"),
            "requests_app.ContentReport": _("What readers say is wrong with a photo or a text"),
            "requests_app.Contact": _("Who reported, where they said so"),
            "notifications.Delivery": _("Each email: sent, waiting, bounced"),
            "notifications.IncomingMail": _("Replies by email: taken, or refused and why"),
        },
    ),
    (
        _("System records"),
        _("Internal records, for troubleshooting."),
        {
            "requests_app.Answer": _("What residents answered to the questions"),
            "requests_app.Device": _("Browsers that reported or follow, without a name"),
            "requests_app.ReporterSession": _("Which browser may answer for which request"),
            "requests_app.AccessLink": _("Private links that were sent"),
            "requests_app.Follower": _("Who follows a request"),
            "requests_app.Alert": _("Who gets email about which requests"),
            "requests_app.PushEndpoint": _("Browsers that get notifications"),
            "staff_portal.ScheduledReport": _(
                "Who gets which figures by email, and what is paused"
            ),
            "requests_app.FollowerAddress": _("Addresses of people who follow by email"),
            "requests_app.Draft": _("Unsent reports"),
            "requests_app.PendingEvent": _("Updates waiting to be sent"),
            "requests_app.IdempotencyRecord": _(
                "Answers to other systems, so that nothing counts twice"
            ),
            "requests_app.UndoPoint": _("Undo records for the desk's recent actions"),
        },
    ),
]
