package dev.penstock.scripting.web;

import org.graalvm.polyglot.HostAccess;

/** The two keys that {@code generateKey} made. Public because the guest calls it. */
public final class KeyPairHandle {
  private final KeyHandle publicKey;
  private final KeyHandle privateKey;

  KeyPairHandle(KeyHandle publicKey, KeyHandle privateKey) {
    this.publicKey = publicKey;
    this.privateKey = privateKey;
  }

  @HostAccess.Export
  public KeyHandle publicKey() {
    return publicKey;
  }

  @HostAccess.Export
  public KeyHandle privateKey() {
    return privateKey;
  }
}
