// The one translation unit with the bodies that separate compilation leaves out of the others.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
