package dev.penstock.admin;

import java.util.List;

/** The OpenAPI document, and a page to try it that needs nothing from elsewhere. */
final class DocsResource {
  private final List<Operation> all;
  private final PageFiles files =
      new PageFiles("dev/penstock/admin/docs/", PageFiles.STYLES_FROM_FILES);

  /**
   * @param all what is documented; may still grow until the first request
   */
  DocsResource(List<Operation> all) {
    this.all = all;
  }

  List<Operation> operations() {
    return List.of(
        Operation.get(
            "/api/v1/openapi.json", null, "This description", call -> Answer.json(OpenApi.of(all))),
        Operation.get(
            "/api/docs", null, "A page to try the API", call -> files.file(call, "index.html")),
        Operation.get(
            "/api/docs/{path…}",
            null,
            "Parts of that page",
            call -> files.file(call, call.path("path"))));
  }
}
