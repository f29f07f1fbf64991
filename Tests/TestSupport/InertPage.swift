import Foundation
import JSON
import Testing

/// Pages that show names from files: none of these may become markup, a script or a direction.
package enum InertPage {
  /// Expects a page to hold nothing but its templates' elements.
  ///
  /// - Parameters:
  ///   - html: of a page whose names are hostile.
  ///   - isSteering: whether a character does something rather than being seen.
  /// - Throws: `JSONError` where a data block is no JSON.
  package static func expect(
    _ html: String, isSteering: (Unicode.Scalar) -> Bool
  ) throws {
    #expect(html.utf8.count < 3_000_000)
    let steers = html.unicodeScalars.contains { isSteering($0) && $0 != "\n" }
    #expect(!steers)
    for block in html.matches(of: /<script type="application\/json"[^>]*>(.*?)<\/script>/) {
      _ = try JSONValue(parsing: Array(block.output.1.utf8))
      #expect(!block.output.1.contains("<"))
    }
    // Own script and style apart, every tag is one of the template's.
    let markup = html.replacing(/<(script|style)[^>]*>.*?<\/(script|style)>/.dotMatchesNewlines()) {
      "<\($0.output.1)></\($0.output.1)>"
    }
    #expect(markup.count(where: { $0 == "<" }) == markup.matches(of: /<[!\/a-z]/).count)
    let elements: Set = [
      "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "h3", "p", "main",
      "section", "div", "strong", "dl", "dt", "dd", "span", "figure", "img", "figcaption",
      "details", "summary", "nav", "ul", "li", "a", "table", "thead", "tbody", "tr", "th", "td",
      "form", "label", "select", "option", "input", "code", "article", "aside", "footer",
      "script", "kbd",
    ]
    let attributes: Set = [
      "lang", "charset", "http-equiv", "content", "name", "class", "id", "aria-label",
      "aria-labelledby", "src", "alt", "href", "scope", "tabindex", "role", "hidden", "value",
      "type", "data-part", "data-measure", "data-pair", "dir",
    ]
    for tag in markup.matches(of: /<([a-z0-9]+)((?:\s+[a-z-]+(?:="[^"]*")?)*)\s*>/) {
      #expect(elements.contains(String(tag.output.1)), "\(tag.output.0)")
      for attribute in tag.output.2.matches(of: /([a-z-]+)(?:="([^"]*)")?/) {
        #expect(attributes.contains(String(attribute.output.1)), "\(tag.output.0)")
        let value = attribute.output.2 ?? ""
        if attribute.output.1 == "href" { #expect(value.hasPrefix("#")) }
        if attribute.output.1 == "src" { #expect(value.hasPrefix("data:image/svg+xml;base64,")) }
      }
    }
    // And every `<` that opens one was looked at.
    let opened = markup.matches(of: /<[a-z]/).count
    let seen = markup.matches(of: /<([a-z0-9]+)((?:\s+[a-z-]+(?:="[^"]*")?)*)\s*>/).count
    #expect(opened == seen)
  }
}
