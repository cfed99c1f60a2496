"""The entry for a server: `granian --interface wsgi wsgi:app`."""

import gc

from peerreview import create_app

gc.disable()  # the start makes thousands of classes and no rubbish; looking for some was a quarter of its time
app = create_app()
gc.enable()
# What the start made lives as long as the process: the collector need not walk it again and again, or one request in
# fifty waits for a full collection and the 95th percentile is three times the median.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 100)
