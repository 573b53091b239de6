"""Lives long enough for a probe to have begun, and does nothing."""
import time

time.sleep(0.5)
