package dev.penstock.admin.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/** Says what a write did. */
final class Changes {
  private Changes() {}

  static void print(Map<?, ?> done, PrintWriter out) {
    boolean isDryRun = Boolean.TRUE.equals(done.get("dryRun"));
    if (!Boolean.TRUE.equals(done.get("changed")))
      out.println("nothing changes; revision " + done.get("revision"));
    else out.println((isDryRun ? "would be revision " : "revision ") + done.get("revision"));
    if (done.get("difference") instanceof Map<?, ?> difference) {
      for (String kind : List.of("listeners", "upstreams", "routes"))
        if (difference.get(kind) instanceof Map<?, ?> names) {
          lines(kind, "+", names.get("added"), out);
          lines(kind, "~", names.get("changed"), out);
          lines(kind, "-", names.get("removed"), out);
        }
      lines("", "~", difference.get("others"), out);
      if (difference.get("owners") instanceof List<?> owners)
        for (Object each : owners) if (each instanceof Map<?, ?> owner) owner(owner, out);
    }
    if (done.get("warnings") instanceof List<?> warnings)
      for (Object each : warnings) out.println("warning: " + each);
    out.flush();
  }

  private static void lines(String kind, String sign, Object names, PrintWriter out) {
    if (names instanceof List<?> list)
      for (Object each : list)
        out.println("  " + sign + " " + (kind.isEmpty() ? "" : kind + ".") + each);
  }

  private static void owner(Map<?, ?> owner, PrintWriter out) {
    if (owner.get("request") instanceof Map<?, ?> request)
      out.println(
          "  %s http://%s%s: %s -> %s"
              .formatted(
                  request.get("method"),
                  request.get("host"),
                  request.get("path"),
                  owner.get("before") == null ? "nobody" : owner.get("before"),
                  owner.get("after") == null ? "nobody" : owner.get("after")));
  }
}
