"""The page of peers: whom a municipality is compared with, in what they are alike, and how well they predict."""
