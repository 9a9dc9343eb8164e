package dev.penstock.admin;

import dev.penstock.engine.boot.AdminService;
import dev.penstock.engine.boot.Gateway;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import org.jspecify.annotations.Nullable;

/** Joins the gateway: serves the admin API and the dashboard on the admin address. */
public final class AdminExtension implements AdminService {
  private @Nullable Admin admin;
  private boolean isClosed;

  @Override
  public String name() {
    return "admin";
  }

  @Override
  public void register(Registry registry) {}

  @Override
  public void serve(Gateway gateway, ServerSocketChannel bound) throws IOException {
    synchronized (this) {
      if (isClosed) {
        bound.close();
        return;
      }
      admin = new Admin(gateway, bound);
    }
  }

  @Override
  public synchronized void close() {
    isClosed = true;
    Admin running = admin;
    if (running != null) running.close();
    admin = null;
  }
}
