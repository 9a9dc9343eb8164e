package dev.penstock.engine.files;

import dev.penstock.engine.spi.BodySource;

/** A body whose length is known before. */
public interface SizedSource extends BodySource {
  long length();
}
