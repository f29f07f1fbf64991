# Problems solved in k tries
#
# Share of held-out problems that at least one of k sampled responses solves, at temperature 1:
# pass@k by the unbiased estimate 1 − C(n − c, k)/C(n, k) from n samples of which c are right
# (Chen et al. 2021), mean over problems. Panels: runs by whose texts they learn from; base is
# in each. Marks: means over 8 seeds with 95 % intervals (Student's t over seeds, on the logit
# for shares), cut at the axes. Runs stand beside each other at each k. rl − base, paired by
# seed: +0.529 [+0.371, +0.686] at k = 1, +0.158 [+0.0959, +0.220] at k = 8, 95 % each; base
# overtakes it at no k up to 8. sft-own − base, paired by seed: +0.118 [+0.0861, +0.149] at k =
# 1, −0.166 [−0.199, −0.133] at k = 8, 95 % each; base overtakes it by k = 8.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot pass-at-k.gp
# It reads pass-at-k.tsv and writes pass-at-k.svg and pass-at-k.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 396,342 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_pass_at_k' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 396./72,342./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'pass-at-k.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.07859
  set rmargin at screen 0.49131
  set bmargin at screen 0.5731
  set tmargin at screen 0.95614
  set border 15 linewidth 0.5
  set xrange [-0.45:4.6]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('1' 0, '2' 1, '4' 2, '8' 3)
  set yrange [-0.03:1.03]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0.0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1.0' 1)
  set label 'their own texts' at screen 0.28495,0.97661 center noenhanced front
  set label 'tries k' at screen 0.28495,0.51754 center noenhanced front
  set label 'pass@k' at screen 0.0202,0.76462 center rotate by 90 noenhanced front
  unset colorbox
  plot 'pass-at-k.tsv' index 0 using 1:2 with lines linewidth 0.5 linecolor rgb '#000000' dashtype solid notitle, \
    'pass-at-k.tsv' index 1 using 1:2 with lines linewidth 0.5 linecolor rgb '#000000' dashtype solid notitle, \
    'pass-at-k.tsv' index 2 using 1:2 with lines linewidth 0.5 linecolor rgb '#000000' dashtype solid notitle, \
    'pass-at-k.tsv' index 3 using 1:2 with lines linewidth 0.5 linecolor rgb '#000000' dashtype solid notitle, \
    'pass-at-k.tsv' index 4 using 1:2 with lines linewidth 0.8 linecolor rgb '#000000' dashtype (1.2,1.6) notitle, \
    'pass-at-k.tsv' index 5 using 1:2 with points pointtype 2 pointsize 0.35 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'pass-at-k.tsv' index 6 using 1:2 with lines linewidth 0.5 linecolor rgb '#0072b2' dashtype solid notitle, \
    'pass-at-k.tsv' index 7 using 1:2 with lines linewidth 0.5 linecolor rgb '#0072b2' dashtype solid notitle, \
    'pass-at-k.tsv' index 8 using 1:2 with lines linewidth 0.5 linecolor rgb '#0072b2' dashtype solid notitle, \
    'pass-at-k.tsv' index 9 using 1:2 with lines linewidth 0.5 linecolor rgb '#0072b2' dashtype solid notitle, \
    'pass-at-k.tsv' index 10 using 1:2 with lines linewidth 0.8 linecolor rgb '#0072b2' dashtype solid notitle, \
    'pass-at-k.tsv' index 11 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'pass-at-k.tsv' index 12 using 1:2 with lines linewidth 0.5 linecolor rgb '#0072b2' dashtype solid notitle, \
    'pass-at-k.tsv' index 13 using 1:2 with lines linewidth 0.5 linecolor rgb '#0072b2' dashtype solid notitle, \
    'pass-at-k.tsv' index 14 using 1:2 with lines linewidth 0.5 linecolor rgb '#0072b2' dashtype solid notitle, \
    'pass-at-k.tsv' index 15 using 1:2 with lines linewidth 0.5 linecolor rgb '#0072b2' dashtype solid notitle, \
    'pass-at-k.tsv' index 16 using 1:2 with lines linewidth 0.8 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'pass-at-k.tsv' index 17 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'pass-at-k.tsv' index 18 using 1:2 with lines linewidth 0.5 linecolor rgb '#0072b2' dashtype solid notitle, \
    'pass-at-k.tsv' index 19 using 1:2 with lines linewidth 0.5 linecolor rgb '#0072b2' dashtype solid notitle, \
    'pass-at-k.tsv' index 20 using 1:2 with lines linewidth 0.5 linecolor rgb '#0072b2' dashtype solid notitle, \
    'pass-at-k.tsv' index 21 using 1:2 with lines linewidth 0.5 linecolor rgb '#0072b2' dashtype solid notitle, \
    'pass-at-k.tsv' index 22 using 1:2 with lines linewidth 0.8 linecolor rgb '#0072b2' dashtype (1.2,1.6) notitle, \
    'pass-at-k.tsv' index 23 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'pass-at-k.tsv' index 24 using 1:2 with lines linewidth 0.5 linecolor rgb '#0072b2' dashtype solid notitle, \
    'pass-at-k.tsv' index 25 using 1:2 with lines linewidth 0.5 linecolor rgb '#0072b2' dashtype solid notitle, \
    'pass-at-k.tsv' index 26 using 1:2 with lines linewidth 0.5 linecolor rgb '#0072b2' dashtype solid notitle, \
    'pass-at-k.tsv' index 27 using 1:2 with lines linewidth 0.5 linecolor rgb '#0072b2' dashtype solid notitle, \
    'pass-at-k.tsv' index 28 using 1:2 with lines linewidth 0.8 linecolor rgb '#0072b2' dashtype (6,1.6,1.2,1.6) notitle, \
    'pass-at-k.tsv' index 29 using 1:2 with points pointtype 13 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'pass-at-k.tsv' index 30 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'pass-at-k.tsv' index 31 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'pass-at-k.tsv' index 32 using 1:2:text_column-4 with labels center noenhanced font 'Liberation Sans,8' textcolor rgb '#000000' notitle

  # panel 2
  reset
  set datafile separator "\t"
  set lmargin at screen 0.56455
  set rmargin at screen 0.97727
  set bmargin at screen 0.5731
  set tmargin at screen 0.95614
  set border 15 linewidth 0.5
  set xrange [-0.45:4.6]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('1' 0, '2' 1, '4' 2, '8' 3)
  set yrange [-0.03:1.03]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('' 0 0, '' 0.2 0, '' 0.4 0, '' 0.6 0, '' 0.8 0, '' 1 0)
  set label 'a teacher'."'".'s texts' at screen 0.77091,0.97661 center noenhanced front
  set label 'tries k' at screen 0.77091,0.51754 center noenhanced front
  unset colorbox
  plot 'pass-at-k.tsv' index 33 using 1:2 with lines linewidth 0.5 linecolor rgb '#000000' dashtype solid notitle, \
    'pass-at-k.tsv' index 34 using 1:2 with lines linewidth 0.5 linecolor rgb '#000000' dashtype solid notitle, \
    'pass-at-k.tsv' index 35 using 1:2 with lines linewidth 0.5 linecolor rgb '#000000' dashtype solid notitle, \
    'pass-at-k.tsv' index 36 using 1:2 with lines linewidth 0.5 linecolor rgb '#000000' dashtype solid notitle, \
    'pass-at-k.tsv' index 37 using 1:2 with lines linewidth 0.8 linecolor rgb '#000000' dashtype (1.2,1.6) notitle, \
    'pass-at-k.tsv' index 38 using 1:2 with points pointtype 2 pointsize 0.35 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'pass-at-k.tsv' index 39 using 1:2 with lines linewidth 0.5 linecolor rgb '#e69f00' dashtype solid notitle, \
    'pass-at-k.tsv' index 40 using 1:2 with lines linewidth 0.5 linecolor rgb '#e69f00' dashtype solid notitle, \
    'pass-at-k.tsv' index 41 using 1:2 with lines linewidth 0.5 linecolor rgb '#e69f00' dashtype solid notitle, \
    'pass-at-k.tsv' index 42 using 1:2 with lines linewidth 0.5 linecolor rgb '#e69f00' dashtype solid notitle, \
    'pass-at-k.tsv' index 43 using 1:2 with lines linewidth 0.8 linecolor rgb '#e69f00' dashtype solid notitle, \
    'pass-at-k.tsv' index 44 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'pass-at-k.tsv' index 45 using 1:2 with lines linewidth 0.5 linecolor rgb '#e69f00' dashtype solid notitle, \
    'pass-at-k.tsv' index 46 using 1:2 with lines linewidth 0.5 linecolor rgb '#e69f00' dashtype solid notitle, \
    'pass-at-k.tsv' index 47 using 1:2 with lines linewidth 0.5 linecolor rgb '#e69f00' dashtype solid notitle, \
    'pass-at-k.tsv' index 48 using 1:2 with lines linewidth 0.5 linecolor rgb '#e69f00' dashtype solid notitle, \
    'pass-at-k.tsv' index 49 using 1:2 with lines linewidth 0.8 linecolor rgb '#e69f00' dashtype (5,2) notitle, \
    'pass-at-k.tsv' index 50 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'pass-at-k.tsv' index 51 using 1:2 with lines linewidth 0.5 linecolor rgb '#e69f00' dashtype solid notitle, \
    'pass-at-k.tsv' index 52 using 1:2 with lines linewidth 0.5 linecolor rgb '#e69f00' dashtype solid notitle, \
    'pass-at-k.tsv' index 53 using 1:2 with lines linewidth 0.5 linecolor rgb '#e69f00' dashtype solid notitle, \
    'pass-at-k.tsv' index 54 using 1:2 with lines linewidth 0.5 linecolor rgb '#e69f00' dashtype solid notitle, \
    'pass-at-k.tsv' index 55 using 1:2 with lines linewidth 0.8 linecolor rgb '#e69f00' dashtype (1.2,1.6) notitle, \
    'pass-at-k.tsv' index 56 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'pass-at-k.tsv' index 57 using 1:2:text_column-4 with labels center noenhanced font 'Liberation Sans,8' textcolor rgb '#000000' notitle

  # panel 3
  reset
  set datafile separator "\t"
  set lmargin at screen 0.07859
  set rmargin at screen 0.49131
  set bmargin at screen 0.0731
  set tmargin at screen 0.45614
  set border 15 linewidth 0.5
  set xrange [-0.45:4.6]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('1' 0, '2' 1, '4' 2, '8' 3)
  set yrange [-0.03:1.03]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0.0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1.0' 1)
  set label 'one after the other' at screen 0.28495,0.47661 center noenhanced front
  set label 'tries k' at screen 0.28495,0.01754 center noenhanced front
  set label 'pass@k' at screen 0.0202,0.26462 center rotate by 90 noenhanced front
  unset colorbox
  plot 'pass-at-k.tsv' index 58 using 1:2 with lines linewidth 0.5 linecolor rgb '#000000' dashtype solid notitle, \
    'pass-at-k.tsv' index 59 using 1:2 with lines linewidth 0.5 linecolor rgb '#000000' dashtype solid notitle, \
    'pass-at-k.tsv' index 60 using 1:2 with lines linewidth 0.5 linecolor rgb '#000000' dashtype solid notitle, \
    'pass-at-k.tsv' index 61 using 1:2 with lines linewidth 0.5 linecolor rgb '#000000' dashtype solid notitle, \
    'pass-at-k.tsv' index 62 using 1:2 with lines linewidth 0.8 linecolor rgb '#000000' dashtype (1.2,1.6) notitle, \
    'pass-at-k.tsv' index 63 using 1:2 with points pointtype 2 pointsize 0.35 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'pass-at-k.tsv' index 64 using 1:2 with lines linewidth 0.5 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'pass-at-k.tsv' index 65 using 1:2 with lines linewidth 0.5 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'pass-at-k.tsv' index 66 using 1:2 with lines linewidth 0.5 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'pass-at-k.tsv' index 67 using 1:2 with lines linewidth 0.5 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'pass-at-k.tsv' index 68 using 1:2 with lines linewidth 0.8 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'pass-at-k.tsv' index 69 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'pass-at-k.tsv' index 70 using 1:2 with lines linewidth 0.5 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'pass-at-k.tsv' index 71 using 1:2 with lines linewidth 0.5 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'pass-at-k.tsv' index 72 using 1:2 with lines linewidth 0.5 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'pass-at-k.tsv' index 73 using 1:2 with lines linewidth 0.5 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'pass-at-k.tsv' index 74 using 1:2 with lines linewidth 0.8 linecolor rgb '#cc79a7' dashtype (5,2) notitle, \
    'pass-at-k.tsv' index 75 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'pass-at-k.tsv' index 76 using 1:2 with lines linewidth 0.5 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'pass-at-k.tsv' index 77 using 1:2 with lines linewidth 0.5 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'pass-at-k.tsv' index 78 using 1:2 with lines linewidth 0.5 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'pass-at-k.tsv' index 79 using 1:2 with lines linewidth 0.5 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'pass-at-k.tsv' index 80 using 1:2 with lines linewidth 0.8 linecolor rgb '#cc79a7' dashtype (1.2,1.6) notitle, \
    'pass-at-k.tsv' index 81 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'pass-at-k.tsv' index 82 using 1:2 with lines linewidth 0.5 linecolor rgb '#d55e00' dashtype solid notitle, \
    'pass-at-k.tsv' index 83 using 1:2 with lines linewidth 0.5 linecolor rgb '#d55e00' dashtype solid notitle, \
    'pass-at-k.tsv' index 84 using 1:2 with lines linewidth 0.5 linecolor rgb '#d55e00' dashtype solid notitle, \
    'pass-at-k.tsv' index 85 using 1:2 with lines linewidth 0.5 linecolor rgb '#d55e00' dashtype solid notitle, \
    'pass-at-k.tsv' index 86 using 1:2 with lines linewidth 0.8 linecolor rgb '#d55e00' dashtype solid notitle, \
    'pass-at-k.tsv' index 87 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'pass-at-k.tsv' index 88 using 1:2 with lines linewidth 0.5 linecolor rgb '#d55e00' dashtype solid notitle, \
    'pass-at-k.tsv' index 89 using 1:2 with lines linewidth 0.5 linecolor rgb '#d55e00' dashtype solid notitle, \
    'pass-at-k.tsv' index 90 using 1:2 with lines linewidth 0.5 linecolor rgb '#d55e00' dashtype solid notitle, \
    'pass-at-k.tsv' index 91 using 1:2 with lines linewidth 0.5 linecolor rgb '#d55e00' dashtype solid notitle, \
    'pass-at-k.tsv' index 92 using 1:2 with lines linewidth 0.8 linecolor rgb '#d55e00' dashtype (5,2) notitle, \
    'pass-at-k.tsv' index 93 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'pass-at-k.tsv' index 94 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'pass-at-k.tsv' index 95 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'pass-at-k.tsv' index 96 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'pass-at-k.tsv' index 97 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'pass-at-k.tsv' index 98 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'pass-at-k.tsv' index 99 using 1:2:text_column-4 with labels center noenhanced font 'Liberation Sans,8' textcolor rgb '#000000' notitle

  # panel 4
  reset
  set datafile separator "\t"
  set lmargin at screen 0.56455
  set rmargin at screen 0.97727
  set bmargin at screen 0.0731
  set tmargin at screen 0.45614
  set border 15 linewidth 0.5
  set xrange [-0.45:4.6]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('1' 0, '2' 1, '4' 2, '8' 3)
  set yrange [-0.03:1.03]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('' 0 0, '' 0.2 0, '' 0.4 0, '' 0.6 0, '' 0.8 0, '' 1 0)
  set label 'both at once' at screen 0.77091,0.47661 center noenhanced front
  set label 'tries k' at screen 0.77091,0.01754 center noenhanced front
  unset colorbox
  plot 'pass-at-k.tsv' index 100 using 1:2 with lines linewidth 0.5 linecolor rgb '#000000' dashtype solid notitle, \
    'pass-at-k.tsv' index 101 using 1:2 with lines linewidth 0.5 linecolor rgb '#000000' dashtype solid notitle, \
    'pass-at-k.tsv' index 102 using 1:2 with lines linewidth 0.5 linecolor rgb '#000000' dashtype solid notitle, \
    'pass-at-k.tsv' index 103 using 1:2 with lines linewidth 0.5 linecolor rgb '#000000' dashtype solid notitle, \
    'pass-at-k.tsv' index 104 using 1:2 with lines linewidth 0.8 linecolor rgb '#000000' dashtype (1.2,1.6) notitle, \
    'pass-at-k.tsv' index 105 using 1:2 with points pointtype 2 pointsize 0.35 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'pass-at-k.tsv' index 106 using 1:2 with lines linewidth 0.5 linecolor rgb '#009e73' dashtype solid notitle, \
    'pass-at-k.tsv' index 107 using 1:2 with lines linewidth 0.5 linecolor rgb '#009e73' dashtype solid notitle, \
    'pass-at-k.tsv' index 108 using 1:2 with lines linewidth 0.5 linecolor rgb '#009e73' dashtype solid notitle, \
    'pass-at-k.tsv' index 109 using 1:2 with lines linewidth 0.5 linecolor rgb '#009e73' dashtype solid notitle, \
    'pass-at-k.tsv' index 110 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'pass-at-k.tsv' index 111 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'pass-at-k.tsv' index 112 using 1:2 with lines linewidth 0.5 linecolor rgb '#009e73' dashtype solid notitle, \
    'pass-at-k.tsv' index 113 using 1:2 with lines linewidth 0.5 linecolor rgb '#009e73' dashtype solid notitle, \
    'pass-at-k.tsv' index 114 using 1:2 with lines linewidth 0.5 linecolor rgb '#009e73' dashtype solid notitle, \
    'pass-at-k.tsv' index 115 using 1:2 with lines linewidth 0.5 linecolor rgb '#009e73' dashtype solid notitle, \
    'pass-at-k.tsv' index 116 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype (5,2) notitle, \
    'pass-at-k.tsv' index 117 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'pass-at-k.tsv' index 118 using 1:2 with lines linewidth 0.5 linecolor rgb '#009e73' dashtype solid notitle, \
    'pass-at-k.tsv' index 119 using 1:2 with lines linewidth 0.5 linecolor rgb '#009e73' dashtype solid notitle, \
    'pass-at-k.tsv' index 120 using 1:2 with lines linewidth 0.5 linecolor rgb '#009e73' dashtype solid notitle, \
    'pass-at-k.tsv' index 121 using 1:2 with lines linewidth 0.5 linecolor rgb '#009e73' dashtype solid notitle, \
    'pass-at-k.tsv' index 122 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype (1.2,1.6) notitle, \
    'pass-at-k.tsv' index 123 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'pass-at-k.tsv' index 124 using 1:2 with lines linewidth 0.5 linecolor rgb '#009e73' dashtype solid notitle, \
    'pass-at-k.tsv' index 125 using 1:2 with lines linewidth 0.5 linecolor rgb '#009e73' dashtype solid notitle, \
    'pass-at-k.tsv' index 126 using 1:2 with lines linewidth 0.5 linecolor rgb '#009e73' dashtype solid notitle, \
    'pass-at-k.tsv' index 127 using 1:2 with lines linewidth 0.5 linecolor rgb '#009e73' dashtype solid notitle, \
    'pass-at-k.tsv' index 128 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype (6,1.6,1.2,1.6) notitle, \
    'pass-at-k.tsv' index 129 using 1:2 with points pointtype 13 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'pass-at-k.tsv' index 130 using 1:2 with lines linewidth 0.5 linecolor rgb '#009e73' dashtype solid notitle, \
    'pass-at-k.tsv' index 131 using 1:2 with lines linewidth 0.5 linecolor rgb '#009e73' dashtype solid notitle, \
    'pass-at-k.tsv' index 132 using 1:2 with lines linewidth 0.5 linecolor rgb '#009e73' dashtype solid notitle, \
    'pass-at-k.tsv' index 133 using 1:2 with lines linewidth 0.5 linecolor rgb '#009e73' dashtype solid notitle, \
    'pass-at-k.tsv' index 134 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype (2.6,1.5) notitle, \
    'pass-at-k.tsv' index 135 using 1:2 with points pointtype 6 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'pass-at-k.tsv' index 136 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'pass-at-k.tsv' index 137 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'pass-at-k.tsv' index 138 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'pass-at-k.tsv' index 139 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'pass-at-k.tsv' index 140 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'pass-at-k.tsv' index 141 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'pass-at-k.tsv' index 142 using 1:2:text_column-4 with labels center noenhanced font 'Liberation Sans,8' textcolor rgb '#000000' notitle

  unset multiplot
  set output
}
