internal import CHDF5
internal import Files

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// An HDF5 file, open for reading or for writing.
///
/// ```swift
/// let file = try HDF5File.create("log.h5", replacing: true)
/// let entropy = try file.root.createDataset("model/base/entropy", of: Float.self)
/// try entropy.append([0.5, 1.5])
/// try entropy.setAttribute("units", to: "nats")
/// try file.close()
/// ```
///
/// Close a written file explicitly: only then is it known to be whole. `deinit` closes a forgotten
/// one and swallows errors.
package final class HDF5File: Sendable {
  /// The file's path as given.
  package let path: String
  private let key: Int

  private init(path: String, key: Int) {
    self.path = path
    self.key = key
  }

  deinit {
    // Nobody is left to hear an error.
    try? close()
  }

  /// Creates an empty file, open for writing.
  ///
  /// - Parameters:
  ///   - path: where; its folder must exist.
  ///   - replacing: whether a file that is there is emptied; otherwise it is an error.
  /// - Returns: the open file.
  /// - Throws: `HDF5Error`, say `.fileExists`, `.missingFile` (no such folder), `.noSpace`.
  package static func create(_ path: String, replacing: Bool) throws(HDF5Error) -> HDF5File {
    try open(path, isWriting: true) { access, properties in
      let mode = replacing ? chdf5_truncate() : chdf5_exclusive()
      return unsafe H5Fcreate(path, mode, properties, access)
    }
  }

  /// Opens an existing file for reading.
  ///
  /// - Throws: `HDF5Error`: `.missingFile`, `.unreadable`, `.notHDF5`, also of a pipe, which opening would
  ///   wait for, `.damaged` (truncated).
  package static func open(_ path: String) throws(HDF5Error) -> HDF5File {
    if let kind = FileIdentity(path)?.kind, kind.isStream {
      throw HDF5Error(
        .notHDF5, file: path,
        "is \(kind.words), and a log is a file that is read here and there: write it to one first")
    }
    return try open(path, isWriting: false) { access, _ in
      unsafe H5Fopen(path, chdf5_read_only(), access)
    }
  }

  private static func open(
    _ path: String, isWriting: Bool, _ body: (_ access: hid_t, _ creation: hid_t) -> hid_t
  ) throws(HDF5Error) -> HDF5File {
    let key = try HDF5Library.locked { (library) throws(HDF5Error) -> Int in
      let attempt = isWriting ? Attempt.creating : .opening
      let failure = { ErrorStack().error(file: path, while: attempt) }
      let id = try withHandle(
        H5Pcreate(chdf5_file_access()), closing: H5Pclose, or: failure()
      ) { (access) throws(HDF5Error) -> hid_t in
        // Closing the file closes what is left open inside it.
        H5Pset_fclose_degree(access, H5F_CLOSE_STRONG)
        // Since 1.10 (2016) the file's own structures carry checksums: damage is an error there, and
        // often a crash of the library in the format of 1998 that it writes by default.
        H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110)
        // The library's locks fail on disks that can't lock, and outlive the file in a child
        // process. Who writes here writes under a name of its own and publishes it.
        chdf5_disable_locking(access)
        let creation = withoutTimes(chdf5_file_creation())
        return try withHandle(creation, closing: H5Pclose, or: failure()) {
          (creation) throws(HDF5Error) -> hid_t in
          let id = body(access, creation)
          // Read at once: closing the lists would empty the error stack.
          guard id >= 0 else { throw failure() }
          chdf5_close_on_exec(id)
          return id
        }
      }
      library.lastKey += 1
      library.files[library.lastKey] = OpenFile(id: id, isWriting: isWriting)
      return library.lastKey
    }
    return HDF5File(path: path, key: key)
  }

  /// The root group.
  package var root: HDF5Group { HDF5Group(file: self, path: "/") }

  /// Hands everything written so far to the system.
  ///
  /// - Throws: `HDF5Error`, on a full disk `.noSpace`.
  package func flush() throws(HDF5Error) {
    try withOpen("") { (open) throws(HDF5Error) in
      guard H5Fflush(open.id, H5F_SCOPE_GLOBAL) >= 0 else {
        throw ErrorStack().error(file: path, while: .writing)
      }
    }
  }

  /// Writes what is left, closes the file, and everything in it; a second call does nothing.
  ///
  /// After an error the file's contents are not to be trusted.
  /// - Throws: `HDF5Error`, on a full disk `.noSpace`.
  package func close() throws(HDF5Error) {
    try HDF5Library.locked { (library) throws(HDF5Error) in
      guard let open = library.files.removeValue(forKey: key) else { return }
      var failure: HDF5Error?
      // In a fixed order: closing writes the last chunks, and the same contents shall give the same
      // bytes.
      let datasets = open.datasets.sorted { $0.key.lexicographicallyPrecedes($1.key) }
      for (_, id) in datasets where H5Dclose(id) < 0 {
        failure = failure ?? ErrorStack().error(file: path, while: .writing)
      }
      if H5Fclose(open.id) < 0 {
        failure = failure ?? ErrorStack().error(file: path, while: .writing)
      }
      if let failure { throw failure }
    }
  }

  /// Runs `body` alone on the open file.
  func withOpen<Result: Sendable>(
    _ object: String, _ body: (inout OpenFile) throws(HDF5Error) -> Result
  ) throws(HDF5Error) -> Result {
    // The file must not end inside the lock: its `deinit` takes it.
    defer { withExtendedLifetime(self) {} }
    return try HDF5Library.locked { (library) throws(HDF5Error) -> Result in
      guard var open = library.files[key] else {
        throw HDF5Error(.closed, file: path, object: object, "the file is closed")
      }
      defer { library.files[key] = open }
      return try body(&open)
    }
  }

  /// Refuses an object that the library can't open safely: a virtual dataset whose sources lie in a
  /// damaged heap, or a link to another file; to be called inside `withOpen`, before opening.
  func check(_ object: String, in open: inout OpenFile) throws(HDF5Error) {
    let key = Array(object.utf8)
    // What this process writes isn't damaged, and not in the file yet.
    if open.isWriting || open.checked.contains(key) { return }
    if let known = open.damaged[key] { throw known }
    do throws(HDF5Error) {
      let raw = try RawFile(open.id, path: path, object: object)
      try header(of: object, in: open.id, raw).checkVirtualSources(&open.heap)
      open.checked.insert(key)
    } catch {
      // Asked a second time, the library gives a header without the piece that was damaged.
      open.damaged[key] = error
      throw error
    }
  }

  /// The header of an object; to be called inside `withOpen`.
  func header(
    of object: String, in open: hid_t, _ raw: RawFile
  ) throws(HDF5Error) -> ObjectHeader {
    var address: haddr_t = 0
    let found = unsafe chdf5_address(open, object, &address)
    guard found >= 0 else { throw failure(object, while: .opening) }
    guard found > 0 else {
      throw HDF5Error(
        .wrongType, file: path, object: object, "is a link to another file, which isn't followed")
    }
    return try ObjectHeader(at: UInt64(address), in: raw)
  }

  /// The error for the library call that just failed; to be called inside `withOpen`.
  func failure(_ object: String, while attempt: Attempt) -> HDF5Error {
    ErrorStack().error(file: path, object: object, while: attempt)
  }
}

extension HDF5File {
  /// Gives a closed file its final name: flushed to the disk, then renamed over what is there.
  ///
  /// The final name holds the old contents or the new ones at every moment. Both paths must be on
  /// one disk; put the temporary file in the final folder.
  /// - Throws: `HDF5Error`; the temporary file is then still there.
  package static func publish(_ temporary: String, as path: String) throws(HDF5Error) {
    try synchronize(temporary, flags: O_RDONLY)
    guard unsafe rename(temporary, path) == 0 else {
      throw .system(errno, file: path, while: .replacing)
    }
    // The rename itself is on the disk once the folder is; some systems refuse, none needs it.
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    try? synchronize(folder, flags: O_RDONLY | O_DIRECTORY)
  }

  private static func synchronize(_ path: String, flags: Int32) throws(HDF5Error) {
    let descriptor = Self.openDescriptor(path, flags)
    guard descriptor >= 0 else { throw .system(errno, file: path, while: .writing) }
    let code = fsync(descriptor) == 0 ? 0 : errno
    let closing = closeDescriptor(descriptor) == 0 ? 0 : errno
    guard code == 0, closing == 0 else {
      throw .system(code == 0 ? closing : code, file: path, while: .writing)
    }
  }

  // The type's own `open` and `close` hide the system's.
  private static func openDescriptor(_ path: String, _ flags: Int32) -> Int32 {
    #if canImport(Glibc)
      unsafe Glibc.open(path, flags | O_CLOEXEC)
    #else
      unsafe Darwin.open(path, flags | O_CLOEXEC)
    #endif
  }

  private static func closeDescriptor(_ descriptor: Int32) -> Int32 {
    #if canImport(Glibc)
      Glibc.close(descriptor)
    #else
      Darwin.close(descriptor)
    #endif
  }
}
