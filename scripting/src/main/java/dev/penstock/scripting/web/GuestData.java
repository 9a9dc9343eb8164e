package dev.penstock.scripting.web;

import org.graalvm.polyglot.HostAccess;

/**
 * Bytes on their way between the guest and a host method. Public because the guest passes it on.
 */
public final class GuestData {
  final byte[] bytes;

  GuestData(byte[] bytes) {
    this.bytes = bytes;
  }

  @HostAccess.Export
  public int length() {
    return bytes.length;
  }
}
