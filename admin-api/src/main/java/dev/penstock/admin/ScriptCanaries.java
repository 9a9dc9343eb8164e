package dev.penstock.admin;

import dev.penstock.engine.control.AdminRole;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gives a version of a script a share of the traffic. */
final class ScriptCanaries {
  private final ScriptCatalogue catalogue;

  ScriptCanaries(ScriptCatalogue catalogue) {
    this.catalogue = catalogue;
  }

  List<Operation> operations() {
    return List.of(
        Operation.write(
                "PUT",
                ScriptResource.ONE + "/canary",
                AdminRole.DEPLOYER,
                "script.canary",
                "Gives a version a share of the traffic",
                this::putCanary)
            .edits(),
        Operation.write(
                "DELETE",
                ScriptResource.ONE + "/canary",
                AdminRole.DEPLOYER,
                "script.canary-end",
                "All traffic back to the version in force",
                this::endCanary)
            .edits());
  }

  static @Nullable Double share(@Nullable String text) {
    try {
      if (text == null) return null;
      double share = Double.parseDouble(text);
      if (share >= 0 && share <= 1) return share;
    } catch (NumberFormatException e) {
      // said below
    }
    throw Problem.malformed("canary is a share from 0 to 1");
  }

  private Answer putCanary(Call call) throws IOException {
    String name = catalogue.known(call);
    Call.Body body = call.object().only("version", "weight", "key", "rollBack");
    String version = catalogue.find(name, body.required("version")).version();
    Double weight = body.decimal("weight");
    if (weight == null) throw Problem.malformed("weight is missing");
    Map<String, Object> canary = new LinkedHashMap<>();
    canary.put("version", version);
    canary.put("weight", String.valueOf(share(weight.toString())));
    String key = body.text("key");
    if (key != null) canary.put("key", key);
    if (Boolean.FALSE.equals(body.raw("rollBack"))) canary.put("roll-back", false);
    else if (body.has("rollBack")) canary.put("roll-back", rules(body.object("rollBack")));
    return catalogue.answer(
        catalogue.edit(call, name, before -> ScriptPlaces.canary(before, name, canary)), name);
  }

  private static Map<String, Object> rules(Call.@Nullable Body of) {
    Map<String, Object> rules = new LinkedHashMap<>();
    if (of == null) return rules;
    of.only("errors", "p99Factor", "minRequests");
    Double errors = of.decimal("errors");
    if (errors != null) rules.put("errors", errors.toString());
    Double factor = of.decimal("p99Factor");
    if (factor != null) rules.put("p99-factor", factor.toString());
    Long least = of.whole("minRequests");
    if (least != null) rules.put("min-requests", least);
    return rules;
  }

  private Answer endCanary(Call call) throws IOException {
    String name = catalogue.known(call);
    List<String> canary = List.of("scripts", name, "canary");
    return catalogue.answer(catalogue.edit(call, name, before -> before.delete(canary)), name);
  }
}
