import Foundation
import Reporting
import Testing

/// The names of files of texts' figures.
@Suite struct TextFigureNameTests {
  @Test func `short plain ids stay as they are`() {
    #expect(
      TextFigureName.names(ofTexts: ["base-000-0", "x.y_Z"])
        == ["tokens-base-000-0", "tokens-x.y_Z"])
  }

  @Test(arguments: [
    "", "../x", "a b", "a\nb", "\"", "β", "\0", "https://a.b/c?d=e",
    String(repeating: "y", count: 5_000),
    String(repeating: "y", count: 94), "e\u{301}", "\u{202E}x",
  ])
  func `any other id gets a name that every file system takes`(id: String) throws {
    let name = try #require(TextFigureName.names(ofTexts: [id]).first)
    #expect(name.wholeMatch(of: /tokens-[A-Za-z0-9._-]{1,40}/) != nil, "\(name)")
    #expect(name != TextFigureName.names(ofTexts: [id + "x"]).first)
  }

  @Test func `ids that differ in case alone have names that differ in more`() {
    let names = TextFigureName.names(ofTexts: ["T_1", "t_1", "T_2"])
    #expect(Set(names.map { $0.lowercased() }).count == 3)
    #expect(names[2] == "tokens-T_2")
    // The same whatever stands beside it first.
    #expect(TextFigureName.names(ofTexts: ["t_1", "T_1"]) == [names[1], names[0]])
  }

  @Test func `the digest is SHA-256`() {
    // printf 'a b' | sha256sum
    #expect(TextFigureName.names(ofTexts: ["a b"]) == ["tokens-a_b-c8687a08aa"])
  }
}
