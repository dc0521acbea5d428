using Cqlite.Core.Query.Access;
using Xunit;

namespace Cqlite.Core.Tests.Query.Access;

/// <summary>Hashes that others have made are checked, and hashes made here have the same form.</summary>
public sealed class PasswordHashTests
{
    // From the tests of jBCrypt, which Cassandra uses, and of OpenBSD's bcrypt.
    [Theory]
    [InlineData("a", "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe")]
    [InlineData("abc", "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i")]
    [InlineData("abcdefghijklmnopqrstuvwxyz", "$2a$06$.rCVZVOThsIa97pEDOxvGuRRgzG64bvtJ0938xuqzv18d3ZpQhstC")]
    [InlineData("~!@#$%^&*()      ~!@#$%^&*()PNBFRD", "$2a$06$fPIsBO8qRqkjj273rfaOI.HtSV9jLDpTbZn782DC6/t7qT67P6FfO")]
    public void ChecksHashesThatOthersMade(string password, string hash)
    {
        Assert.True(PasswordHash.Matches(password, hash));
        Assert.False(PasswordHash.Matches(password + "x", hash));
    }

    [Fact]
    public void MakesHashesThatItCanCheck()
    {
        string hash = PasswordHash.Of("pässword");
        Assert.Equal(60, hash.Length);
        Assert.StartsWith("$2a$10$", hash, StringComparison.Ordinal);
        Assert.True(PasswordHash.Matches("pässword", hash));
        Assert.False(PasswordHash.Matches("password", hash));
        Assert.NotEqual(hash, PasswordHash.Of("pässword"));
    }

    [Theory]
    [InlineData("nothash")]
    [InlineData("$2a$10$tooshort")]
    [InlineData("$2a$99$JSJEMFm6GeaW9XxT5JIheuEtPvat6i7uKbnTcxX3c1wshIIsGyUtG")]
    [InlineData("$1$10$JSJEMFm6GeaW9XxT5JIheuEtPvat6i7uKbnTcxX3c1wshIIsGyUtG")]
    public void TellsWhatIsNoHash(string text)
    {
        Assert.False(PasswordHash.IsValid(text));
        Assert.False(PasswordHash.Matches("password", text));
    }
}
