import ArgumentParser
import Files
import Foundation
import Plotting

/// Where a figure goes: `NAME.svg` and its companions, none of which is an input.
struct FigureDestination {
  private let url: URL

  /// Makes the folder where it isn't there, so that nobody waits for work whose figure has no place.
  ///
  /// - Throws: `ValidationError` for the name of a folder; `DestinationError` if an input has a file's name;
  ///   `FileError` if the folder can't be made.
  init(_ name: String, sparing spared: SparedFiles) throws {
    guard
      !["", ".", ".."].contains(name.split(separator: "/", omittingEmptySubsequences: false).last)
    else {
      throw ValidationError(
        "--figure \(name) is a folder: give the figure a name in it, such as \(name)\(name.hasSuffix("/") ? "" : "/")figure"
      )
    }
    url = URL(filePath: name)
    for file in FigureFiles(name: url.lastPathComponent, in: url.deletingLastPathComponent()).all {
      try spared.check(file.relativePath, companions: [])
    }
    try Folder.create(url.deletingLastPathComponent().path)
  }

  /// Draws it.
  func write(_ figure: Figure) throws {
    _ = try figure.write(named: url.lastPathComponent, to: url.deletingLastPathComponent())
  }
}
