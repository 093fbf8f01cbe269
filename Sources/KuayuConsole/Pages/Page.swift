import Foundation
import KuayuModel
import Mustache
import KuayuReconcile

/// What a template is filled with.
typealias Values = [String: Any]

/// The templates, the style and the small script of every page.
enum Page {
    /// The policy that a page carries and that a server should send: nothing is loaded, and only the page's own style and
    /// script count, by their digests.
    static let policy =
        "default-src 'none'; style-src '\(digest(style))'; script-src '\(digest(script))'; base-uri 'none'; "
        + "form-action 'none'"

    static let style = text(PackageResources.style_css)
    static let script = text(PackageResources.script_js)

    private static let library: MustacheLibrary = {
        let sources: [(String, [UInt8])] = [
            ("page", PackageResources.page_mustache), ("report", PackageResources.report_mustache),
            ("agreement", PackageResources.agreement_mustache), ("ageing", PackageResources.ageing_mustache),
            ("breaks", PackageResources.breaks_mustache), ("breakhead", PackageResources.breakhead_mustache),
            ("breakrow", PackageResources.breakrow_mustache),
            ("rollforward", PackageResources.rollforward_mustache), ("service", PackageResources.service_mustache),
            ("cost", PackageResources.cost_mustache), ("signatures", PackageResources.signatures_mustache),
            ("index", PackageResources.index_mustache), ("threeway", PackageResources.threeway_mustache),
            ("history", PackageResources.history_mustache),
        ]
        var library = MustacheLibrary()
        for (name, bytes) in sources {
            // A template that cannot be read leaves a hole that the tests see; there is nothing to do about it here.
            if let template = try? MustacheTemplate(string: text(bytes)) { library.register(template, named: name) }
        }
        return library
    }()

    /// A template filled with values.
    static func render(_ template: String, _ values: Values) -> String {
        library.render(values, withTemplate: template) ?? ""
    }

    /// A whole page of two bodies, one of them shown.
    static func whole(title: String, language: ReportLanguage, body: (ReportLanguage) -> String) -> [UInt8] {
        Array(
            render(
                "page",
                [
                    "title": title, "policy": policy, "style": style, "script": script,
                    "htmlLang": language == .chinese ? "zh-CN" : "en", "chineseFirst": language == .chinese,
                    "chinese": body(.chinese), "english": body(.english),
                ]
            ).utf8)
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func digest(_ text: String) -> String {
        "sha256-" + Data(PortableDigester().digest(Array(text.utf8))).base64EncodedString()
    }
}
