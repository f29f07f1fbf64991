internal import Crypto
internal import Foundation
internal import Mustache

/// The frame of every page: one file with its style, its script, and a policy in its head that lets no
/// other script or style run, and nothing be fetched.
struct PageTemplate {
  private let library: MustacheLibrary

  /// - Throws: Mustache's error if a template can't be parsed, which a test rules out.
  init() throws {
    library = MustacheLibrary(templates: [
      "head": try MustacheTemplate(string: Self.text(PackageResources.head_mustache)),
      "foot": try MustacheTemplate(string: Self.text(PackageResources.foot_mustache)),
      "texts": try MustacheTemplate(string: Self.text(PackageResources.texts_mustache)),
      "table": try MustacheTemplate(string: Self.text(PackageResources.table_mustache)),
      "table-body": try MustacheTemplate(string: Self.text(PackageResources.table_body_mustache)),
      "gate": try MustacheTemplate(string: Self.text(PackageResources.gate_mustache)),
      "page": try MustacheTemplate(string: Self.text(PackageResources.page_mustache)),
      "result-page": try MustacheTemplate(
        string: Self.text(PackageResources.result_page_mustache)),
      "text-page": try MustacheTemplate(string: Self.text(PackageResources.text_page_mustache)),
    ])
  }

  /// A page.
  ///
  /// - Parameters:
  ///   - name: the template's.
  ///   - view: its values; what it doesn't escape must be escaped already.
  /// - Returns: HTML.
  func html(_ name: String, _ view: [String: Any]) -> String {
    let style = Self.text(PackageResources.page_css)
    let script = Self.text(PackageResources.page_js)
    let frame: [String: Any] = [
      "style": style, "styleDigest": Self.digest(style),
      "script": script, "scriptDigest": Self.digest(script),
    ]
    return library.render(frame.merging(view) { $1 }, withTemplate: name) ?? ""
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  /// As a Content-Security-Policy names a script or a style.
  private static func digest(_ text: String) -> String {
    Data(SHA256.hash(data: Data(text.utf8))).base64EncodedString()
  }
}
