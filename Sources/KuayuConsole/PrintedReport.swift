import Foundation

/// A page on paper: the PDF that a browser prints of an HTML file.
public struct PrintedReport: Sendable {
    /// Why nothing was printed.
    public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        /// What is wrong.
        public var reason: String
        /// What to do about it.
        public var help: String

        /// For people.
        public var description: String { "\(reason); \(help)" }
    }

    /// Names that are looked for in `PATH`, in this order.
    public static let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]

    /// The browser's path.
    public let browser: String
    /// How long the browser may take, milliseconds.
    ///
    /// Default one minute.
    public let limitMilliseconds: Int

    /// The browser that `KUAYU_BROWSER` names, else the first that `PATH` has.
    public init(
        environment: [String: String], limitMilliseconds: Int = 60_000
    ) throws(Failure) {
        self.limitMilliseconds = limitMilliseconds
        if let named = environment["KUAYU_BROWSER"], !named.isEmpty {
            guard FileManager.default.isExecutableFile(atPath: named) else {
                throw Failure(
                    reason: "KUAYU_BROWSER names \(named), which is no program", help: "set it to the path of a browser"
                )
            }
            browser = named
            return
        }
        let folders = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        let places = Self.names.flatMap { name in folders.map { "\($0)/\(name)" } }
        guard let found = places.first(where: FileManager.default.isExecutableFile(atPath:)) else {
            throw Failure(
                reason: "no browser that prints was found",
                help: "install chromium, or set KUAYU_BROWSER to the path of chromium or google-chrome; "
                    + "the HTML report prints from any browser")
        }
        browser = found
    }

    /// What the browser is called with.
    package func arguments(html: String, pdf: String, profile: String, isRoot: Bool) -> [String] {
        // A browser refuses to run as root with its sandbox; the page is our own, and its policy loads nothing.
        (isRoot ? ["--no-sandbox"] : []) + [
            "--headless", "--disable-gpu", "--no-first-run", "--disable-extensions", "--user-data-dir=\(profile)",
            "--no-pdf-header-footer", "--print-to-pdf=\(pdf)", URL(fileURLWithPath: html).absoluteString,
        ]
    }

    /// Prints an HTML file to a PDF file; the browser gets a folder of its own, which is removed again.
    public func print(html: String, pdf: String) throws {
        let profile = FileManager.default.temporaryDirectory.appendingPathComponent("kuayu-print-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: profile, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: profile) }
        let log = profile.appendingPathComponent("log").path
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        try? FileManager.default.removeItem(atPath: pdf)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: browser)
        process.arguments = arguments(
            html: html, pdf: URL(fileURLWithPath: pdf).path, profile: profile.path, isRoot: geteuid() == 0)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle(forWritingAtPath: log) ?? FileHandle.nullDevice
        try process.run()
        try wait(for: process)
        let size = (try? FileManager.default.attributesOfItem(atPath: pdf)[.size] as? Int) ?? 0
        guard process.terminationStatus == 0, size > 0 else {
            let said = (try? String(contentsOfFile: log, encoding: .utf8))?.suffix(400) ?? ""
            throw Failure(
                reason: "\(browser) printed nothing (status \(process.terminationStatus))",
                help: "it said: \(said.trimmingCharacters(in: .whitespacesAndNewlines))")
        }
    }

    private func wait(for process: Process) throws(Failure) {
        var waited = 0
        while process.isRunning {
            guard waited < limitMilliseconds else {
                process.terminate()
                throw Failure(
                    reason: "\(browser) did not end within \(limitMilliseconds) ms", help: "print the HTML file by hand"
                )
            }
            usleep(20_000)
            waited += 20
        }
    }
}
