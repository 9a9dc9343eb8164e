package dev.penstock.engine.proxy;

import dev.penstock.engine.spi.Exchange.Suspension;

/** A run through filters that one of them may hold up. */
interface Suspender {
  Suspension suspend();
}
