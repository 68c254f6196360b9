"""What the web server loads, once in each of its processes."""

import gc
import os

from onboarding import create_app

os.umask(0o027)  # what this installation writes is nobody else's to read
app = create_app()

# What start-up made is never garbage: looking through it again and again was a tenth of the time of a page.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 20)
