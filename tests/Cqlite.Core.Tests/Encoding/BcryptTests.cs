using Cqlite.Core.Encoding;
using Xunit;

namespace Cqlite.Core.Tests.Encoding;

/// <summary>Hashes that the C library's crypt made.</summary>
public sealed class BcryptTests
{
    [Theory]
    [InlineData("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("cassandra", "$2a$10$abcdefghijklmnopqrstuuPIDYShSVymzTyiCnYIYf1zEE0Em7i8.")]
    [InlineData("", "$2a$04$abcdefghijklmnopqrstuubyCG3zY1GIXMyxfivm.ClDiInHzxjiq")]
    [InlineData("pässwörd", "$2b$06$./ABCDEFGHIJKLMNOPQRSO8Zv7Pfo60ajspeRTtadgEiH3jZwg7x.")]
    [InlineData("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "$2a$05$zzzzzzzzzzzzzzzzzzzzzuGfScAaBreOF8ORSwo6T5kXcAMQfItWm")]
    public void A_password_and_its_hash_agree_and_others_do_not(string password, string hash)
    {
        Assert.True(Bcrypt.Verify(password, hash));
        Assert.False(Bcrypt.Verify("?" + password, hash));
    }

    [Fact]
    public void Each_hash_has_a_salt_of_its_own()
    {
        string hash = Bcrypt.Hash("secret", cost: 4);
        Assert.True(Bcrypt.Verify("secret", hash));
        Assert.NotEqual(hash, Bcrypt.Hash("secret", cost: 4));
    }

    [Theory]
    [InlineData("")]
    [InlineData("secret")]
    [InlineData("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe")]
    [InlineData("$1a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("$2a$99$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyO W")]
    public void What_is_no_hash_fits_no_password(string hash) => Assert.False(Bcrypt.Verify("U*U", hash));
}
