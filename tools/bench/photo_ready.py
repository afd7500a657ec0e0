"""How long after an upload its public sizes are ready, through the real queue and worker.

Run it against the demo while it runs: `./run manage shell < tools/bench/photo_ready.py`. It uploads
a generated 12-megapixel JPEG 20 times, one every 3 s, as a resident would, polls the row every 20
ms, prints the median and the 95th percentile in seconds, and removes what it made.
"""

import io
import random
import statistics
import time

from django.core.files.base import ContentFile
from PIL import Image

from requests_app.models import Device, Photo
from requests_app.photos import uploading

ROUNDS, PAUSE, TIMEOUT = 20, 3.0, 30.0


def picture(seed):
    """A 12-megapixel JPEG of about 4 MB with the noise of a real one."""
    noise = Image.frombytes("RGB", (500, 375), random.Random(seed).randbytes(500 * 375 * 3))
    buffer = io.BytesIO()
    noise.resize((4000, 3000), Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def one(device, seed):
    """(seconds until the upload was answered, seconds until the sizes were ready)."""
    content = picture(seed)
    started = time.perf_counter()
    photo = uploading.keep(ContentFile(content, name="photo.jpg"), kind="report", device=device)
    answered = time.perf_counter() - started
    while Photo.objects.get(pk=photo.pk).state == Photo.State.WAITING:
        if time.perf_counter() - started > TIMEOUT:
            raise SystemExit("no worker made the sizes within 30 s")
        time.sleep(0.02)
    ready = time.perf_counter() - started
    uploading.remove(photo)
    time.sleep(PAUSE)
    return answered, ready


device = Device.objects.create(key_hash=f"bench-{time.time()}")
measured = [one(device, seed) for seed in range(ROUNDS)]
device.delete()
for name, values in zip(("answered", "ready"), zip(*measured, strict=True), strict=True):
    ordered = sorted(values)
    p95 = ordered[int(0.95 * (len(ordered) - 1))]
    print(f"{name}: median {statistics.median(ordered):.2f} s, p95 {p95:.2f} s of {ROUNDS}")
