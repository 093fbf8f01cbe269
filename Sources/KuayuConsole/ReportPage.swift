public import KuayuReconcile

/// The report as one file that stands alone: no other file, no network, and no script is needed to read it.
///
/// It opens with the answer, holds both languages with a switch between them, and prints on A4.
public enum ReportPage {
    /// The page, UTF-8; `language` is what it shows first and what a print without a hand on the switch shows.
    public static func html(_ report: ReconReport, language: ReportLanguage = .chinese) -> [UInt8] {
        let title =
            language == .chinese
            ? "台账对账报告 \(report.period.text)" : "Reconciliation of ledgers \(report.period.text)"
        return Page.whole(title: title, language: language) { language in
            Page.render("report", ReportValues(report, language).all)
        }
    }

    /// The policy that a server should send with the page; the page carries it too.
    public static var contentSecurityPolicy: String { Page.policy }
}
