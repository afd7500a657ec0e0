"""The queries of a scene with their plans, as auto_explain writes them."""


def show(scene, cast, place):
    """Runs it twice and prints what the second time asked of the database, in its order."""
    log = place.folder / "postgres" / "postgres.log"
    browser = cast.people[scene.who]
    for n in range(2):
        given = (scene.before(browser, cast, n),) if scene.before else ()
        so_far = log.stat().st_size
        scene.act(browser, cast, n, *given)
    with log.open() as text:
        text.seek(so_far)
        print(text.read())
