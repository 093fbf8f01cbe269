import KuayuFormats
public import KuayuModel

/// One region's format, compiled: reads its payloads into canonical cases and writes cases in its format.
///
/// A value: compiled once, used by many, replaced as a whole when its files change. The same bytes and the same
/// ``digest`` give the same result.
public struct Adapter: Sendable {
    /// The region whose format this is.
    public let region: RegionCode
    /// SHA-256 over the folder's files that decide anything, lower-case hexadecimal.
    public let digest: String
    /// What `region.yaml` says of the region's hub.
    public let profile: HubProfile
    let program: Program

    /// Fields that stand in no local document: they travel beside it.
    static let besideFields: Set<Field> = [.version, .registeredAt, .calendar, .eventReportedBy]

    /// Compiles a folder.
    ///
    /// The adapter is `nil` when there is any error; the diagnostics hold every problem.
    public static func compile(
        _ files: AdapterFiles, hooks: HookRegistry = .empty
    ) -> (adapter: Adapter?, diagnostics: [Diagnostic]) {
        var compiler = Compiler(files: files, hooks: hooks)
        let program = compiler.compile()
        let profile = compiler.profile()
        guard let program, let profile, let region = RegionCode(program.region) else {
            return (nil, compiler.reporter.sorted())
        }
        let adapter = Adapter(
            region: region, digest: folderDigest(files), profile: profile, program: program)
        compiler.checkSamples(adapter.localPaths(in: files))
        compiler.checkGoldens()
        return (compiler.reporter.hasErrors ? nil : adapter, compiler.reporter.sorted())
    }

    /// Canonical fields that the plain format does not say: what stands there in a reading says nothing.
    public var unsupported: Set<Field> { program.silent }

    /// What a value becomes when it is written in this format and read back; `nil` when it comes back as it is, or
    /// cannot be written at all.
    public func coarsened(_ field: Field, _ value: String) -> String? {
        guard program.made.contains(field) else { return nil }
        let back = program.index.readBack(field, value, tables: program.tables)
        return back == value ? nil : back
    }

    private static func folderDigest(_ files: AdapterFiles) -> String {
        var bytes: [UInt8] = []
        for path in files.files.keys.sorted() where path.hasPrefix("codes/") || path.hasSuffix(".yaml") {
            guard let content = files.files[path], path != "acceptance.yaml" else { continue }
            bytes += path.utf8
            bytes.append(0)
            bytes += String(content.count).utf8
            bytes.append(0)
            bytes += content
        }
        return Hex.encode(SHA256Digest.digest(bytes))
    }
}
