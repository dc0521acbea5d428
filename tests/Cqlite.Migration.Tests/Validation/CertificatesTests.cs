using Cqlite.Core.Errors;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Validation;
using Xunit;

namespace Cqlite.Migration.Tests.Validation;

/// <summary>A report that was signed off shows when it, or what it is of, was changed.</summary>
public sealed class CertificatesTests
{
    [Fact]
    public async Task A_certificate_is_verified_again_with_both_operands()
    {
        using TwoDatabases both = new(TwoDatabases.Sample);
        ValidationReport sealed_ = (await both.ValidateAsync()).Seal();
        ValidationReport read = ValidationReport.Parse(sealed_.ToJson(), "certificate.json");
        Assert.Equal(CheckStatus.Passed, Certificates.VerifyText(read));
        Assert.Equal(CheckStatus.NotChecked, Certificates.VerifyText(read with { Digest = null }));
        Assert.Equal(CheckStatus.Failed, Certificates.VerifyText(read with { Status = CheckStatus.Warning }));
        Assert.Equal(CheckStatus.Failed, Certificates.VerifyText(read with { Tables = [read.Tables[0] with { SourceRows = 5 }] }));

        using StoredSource source = new(both.Source, OperandKind.Database);
        using StoredSource target = new(both.Target, OperandKind.Database);
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Assert.Equal(CheckStatus.Passed, Assert.Single(await Certificates.VerifyOperandAsync(read, source, isSource: true, cancellation)).Status);
        TwoDatabases.Run(both.Target, "UPDATE k.t USING TIMESTAMP 1000 SET u.zip = 9 WHERE p = 1 AND c = 2");
        Assert.Equal(CheckStatus.Failed, Assert.Single(await Certificates.VerifyOperandAsync(read, target, isSource: false, cancellation)).Status);
    }

    [Fact]
    public void What_is_no_report_is_refused()
    {
        Assert.Throws<CorruptDataException>(() => ValidationReport.Parse("{}", "x.json"));
        Assert.Throws<CorruptDataException>(() => ValidationReport.Parse("[", "x.json"));
    }
}
